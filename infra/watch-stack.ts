import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { ApiStack } from './api-stack.ts'
import type { DataStack } from './data-stack.ts'

type WatchStackProps = StackProps & { data: DataStack; api: ApiStack }

/** Alarms on what must never happen: an event that is stuck or given up, a schedule that breaks off. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, { data, api, ...props }: WatchStackProps) {
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
      metric: api.relay.metric('IteratorAge', { statistic: 'Maximum', period }),
      threshold: Duration.minutes(1).toMilliseconds(),
    })
    this.alarm('MailsAreLate', {
      metric: api.mails.metric('IteratorAge', { statistic: 'Maximum', period }),
      threshold: Duration.minutes(5).toMilliseconds(),
    })
    this.alarm('RefreshFailed', {
      metric: api.refresh.metricErrors({ statistic: 'Maximum', period }),
      threshold: 1,
    })
    this.alarm('RecheckFailed', {
      metric: api.recheck.metricErrors({ statistic: 'Maximum', period }),
      threshold: 1,
    })
    this.alarm('TokenWatchFailed', {
      metric: api.tokenWatch.metricErrors({ statistic: 'Maximum', period }),
      threshold: 1,
    })
    this.alarm('UnfinishedFailed', {
      metric: api.unfinished.metricErrors({ statistic: 'Maximum', period }),
      threshold: 1,
    })
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
