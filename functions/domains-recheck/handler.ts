import type { Context } from 'aws-lambda'
import { dynamoRechecks } from '#shared/aws/domain-store.ts'
import type { RecheckPorts } from '#shared/domains/recheck-domain.ts'
import { recheckDomains } from '#shared/domains/recheck-domains.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import { documentFetcher } from '#shared/net/fetch-document.ts'
import { networkOf } from '#shared/net/network.ts'
import { txtResolver } from '#shared/net/txt-resolver.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'

/** A visit takes one look, of 5 seconds at most, and some writes. */
const LAST_VISIT_MS = 30_000

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

export const recheck =
  (ports: RecheckPorts, now: () => number) =>
  async (_event: unknown, context: Remaining): Promise<void> => {
    const counts = await recheckDomains(ports, {
      now: () => toSeconds(now()),
      hasTime: () => context.getRemainingTimeInMillis() > LAST_VISIT_MS,
    })
    log.info('domains_rechecked', counts)
  }

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
export const handler = recheck(
  {
    store: dynamoRechecks(DIRECTORY_TABLE),
    resolveTxt: txtResolver(process.env),
    fetchDocument: documentFetcher(networkOf(process.env)),
  },
  epochMilliseconds,
)
