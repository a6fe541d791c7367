import type { Context } from 'aws-lambda'
import { dynamoTokenWatch } from '#shared/aws/scim-token-watch.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import type { TokenWatchStore } from '#shared/scim/directories/ports.ts'
import { warnOfTokens } from '#shared/scim/directories/warn-of-tokens.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'

/** A visit takes one read and one write. */
const LAST_VISIT_MS = 10_000

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

export const watch =
  (store: TokenWatchStore, now: () => number) =>
  async (_event: unknown, context: Remaining): Promise<void> => {
    const counts = await warnOfTokens(store, {
      now: () => toSeconds(now()),
      hasTime: () => context.getRemainingTimeInMillis() > LAST_VISIT_MS,
    })
    log.info('scim_tokens_watched', counts)
  }

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
export const handler = watch(dynamoTokenWatch(DIRECTORY_TABLE), epochMilliseconds)
