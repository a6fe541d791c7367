import type { Context } from 'aws-lambda'
import { dynamoUnfinishedGroups } from '#shared/aws/scim-unfinished-store.ts'
import { readEnv } from '#shared/http/env.ts'
import { log } from '#shared/log.ts'
import { finishGroups } from '#shared/scim/groups/finish-groups.ts'
import type { UnfinishedGroups } from '#shared/scim/groups/unfinished-ports.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'

/** A thousand members take less. */
const LAST_MS = 20_000

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>

export const finishWhatIsDue =
  (store: UnfinishedGroups, now: () => number) =>
  async (_event: unknown, context: Remaining): Promise<void> => {
    const left = () => context.getRemainingTimeInMillis() - LAST_MS
    const counts = await finishGroups(store, {
      now: () => toSeconds(now()),
      untilMs: now() + left(),
      hasTime: () => left() > 0,
    })
    log.info('scim_groups_finished', counts)
  }

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
export const handler = finishWhatIsDue(dynamoUnfinishedGroups(DIRECTORY_TABLE), epochMilliseconds)
