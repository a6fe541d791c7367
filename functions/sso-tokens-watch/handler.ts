import type { Context } from 'aws-lambda'
import { dynamoReceipts } from '#shared/aws/receipt-store.ts'
import { dynamoSsoAlerts } from '#shared/aws/sso-alert-store.ts'
import { dynamoSsoTokenSchedule } from '#shared/aws/sso-token-watch.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import { type WatchPorts, watchSsoTokens } from '#shared/portals/watch.ts'
import { epochMilliseconds } from '#shared/time.ts'

/** A visit takes some reads and two writes at most. */
const LAST_VISIT_MS = 10_000

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

export const watch =
  (ports: WatchPorts, nowMs: () => number) =>
  async (_event: unknown, context: Remaining): Promise<void> => {
    const counts = await watchSsoTokens(ports, {
      nowMs,
      hasTime: () => context.getRemainingTimeInMillis() > LAST_VISIT_MS,
    })
    log.info('sso_tokens_watched', counts)
  }

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const live: WatchPorts = {
  schedule: dynamoSsoTokenSchedule(DIRECTORY_TABLE),
  receipts: dynamoReceipts(DIRECTORY_TABLE),
  alerts: dynamoSsoAlerts(DIRECTORY_TABLE),
}
export const handler = watch(live, epochMilliseconds)
