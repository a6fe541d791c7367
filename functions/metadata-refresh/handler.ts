import type { Context } from 'aws-lambda'
import { dynamoSchedule } from '#shared/aws/idp-store.ts'
import { readEnv } from '#shared/http/env.ts'
import type { VisitPorts } from '#shared/idps/visit-provider.ts'
import { visitProviders } from '#shared/idps/visit-providers.ts'
import { log } from '#shared/log.ts'
import { documentFetcher } from '#shared/net/fetch-document.ts'
import { networkOf } from '#shared/net/network.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'

/** A visit takes one download and some writes. */
const LAST_VISIT_MS = 30_000

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

export const refreshProviders =
  (ports: VisitPorts, now: () => number) =>
  async (_event: unknown, context: Remaining): Promise<void> => {
    const counts = await visitProviders(ports, {
      now: () => toSeconds(now()),
      hasTime: () => context.getRemainingTimeInMillis() > LAST_VISIT_MS,
    })
    log.info('providers_visited', counts)
  }

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
export const handler = refreshProviders(
  {
    store: dynamoSchedule(DIRECTORY_TABLE),
    fetchDocument: documentFetcher(networkOf(process.env)),
  },
  epochMilliseconds,
)
