import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { DataStack } from './data-stack.ts'
import type { WorkersStack } from './workers-stack.ts'

type WatchStackProps = StackProps & { data: DataStack; workers: WorkersStack }

/** Alarms on what must never happen: an event that is stuck or given up, a schedule that breaks off. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, { data, workers, ...props }: WatchStackProps) {
    super(scope, id, props)
    const period = Duration.minutes(1)
    const waiting = { period, statistic: 'Maximum' }
    this.alarm('ProvisioningDeadLetterWaiting', {
      metric: data.provisioningDeadLetters.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    })
    this.alarm('RelayGaveUp', {
      metric: data.relayFailures.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    })
    this.alarm('AccessDeadLetterWaiting', {
      metric: data.accessDeadLetters.metricApproximateNumberOfMessagesVisible(waiting),
      threshold: 1,
    })
    this.alarm('RelayIsLate', {
      metric: workers.relay.metric('IteratorAge', { statistic: 'Maximum', period }),
      threshold: Duration.minutes(1).toMilliseconds(),
    })
    this.alarm('MailsAreLate', {
      metric: workers.mails.metric('IteratorAge', { statistic: 'Maximum', period }),
      threshold: Duration.minutes(5).toMilliseconds(),
    })
    const { refresh, recheck, tokenWatch, unfinished, portalWatch } = workers
    for (const [id, schedule] of [
      ['RefreshFailed', refresh],
      ['RecheckFailed', recheck],
      ['TokenWatchFailed', tokenWatch],
      ['UnfinishedFailed', unfinished],
      ['PortalWatchFailed', portalWatch],
    ] as const) {
      this.alarm(id, {
        metric: schedule.metricErrors({ statistic: 'Maximum', period }),
        threshold: 1,
      })
    }
  }

  private alarm(id: string, { metric, threshold }: { metric: IMetric; threshold: number }) {
    new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }
}
