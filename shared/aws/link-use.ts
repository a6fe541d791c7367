import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { MailedLink } from '../admin/mailed-link.ts'
import type { AdminSession } from '../admin/session.ts'
import type {
  BreakGlassChange,
  BreakGlassStore,
  LinkStore,
  UseError,
} from '../admin/session-ports.ts'
import { toSeconds } from '../time.ts'
import { breakGlassItem, breakGlassOf, storedBreakGlass } from './break-glass-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { evt } from './event-attribute.ts'
import { condition, putNew, update } from './item-writes.ts'
import { linkOf } from './link-store.ts'
import { mail } from './mail-attribute.ts'
import { sessionItem } from './session-store.ts'
import { transact } from './transact.ts'

type Guarded = { write: TransactWriteItem; error: UseError }

/** Mailed links, and what comes of using one. */
export const dynamoLinkUse = (directory: string, ephemeral: string): LinkStore => ({
  async find(handle) {
    const [item] = await readItems([{ table: ephemeral, key: ephemeralKeys.link(handle) }])
    return linkOf(handle, item)
  },

  use: (link, session, nowMs) =>
    writeAll([
      spend(ephemeral, link, nowMs),
      begin(ephemeral, session),
      administers(directory, link, ['admin', 'reader']),
    ]),
})

/** Emergencies: the record of each is kept, and the latest one once more, to be found by. */
export const dynamoBreakGlass = (directory: string, ephemeral: string): BreakGlassStore => ({
  async findCurrent(orgId) {
    const key = directoryKeys.currentBreakGlass(orgId)
    const [item] = await readItems([{ table: directory, key }])
    return breakGlassOf(item)
  },

  confirm: (link, session, { before, after, nowMs }) =>
    writeAll([
      spend(ephemeral, link, nowMs),
      begin(ephemeral, session),
      administers(directory, link, ['admin']),
      ...emergencyWrites(directory, { before, after }, toSeconds(nowMs)),
    ]),
})

/** The first condition that does not hold, in this order, is why. */
async function writeAll(writes: readonly Guarded[]): Promise<UseError | undefined> {
  const [failed] = await transact(writes.map(({ write }) => write))
  return failed && writes[failed.index]?.error
}

const spend = (ephemeral: string, { handle }: MailedLink, nowMs: number): Guarded => ({
  write: {
    Update: update(ephemeral, {
      key: ephemeralKeys.link(handle),
      set: { usedAt: toSeconds(nowMs) },
      condition: 'attribute_not_exists(#usedAt) AND #expiresAt > :now',
      values: { now: toSeconds(nowMs) },
    }),
  },
  error: 'link_used',
})

const begin = (ephemeral: string, session: AdminSession): Guarded => ({
  write: putNew(ephemeral, sessionItem(session)),
  error: 'changed_meanwhile',
})

const administers = (
  directory: string,
  { orgId, userId }: MailedLink,
  roles: readonly string[],
): Guarded => ({
  write: {
    ConditionCheck: condition(directory, {
      key: directoryKeys.user(orgId, userId),
      condition: `#state = :active AND #role IN (${roles.map((role) => `:${role}`).join(', ')})`,
      values: { active: 'active', ...Object.fromEntries(roles.map((role) => [role, role])) },
    }),
  },
  error: 'not_administrator',
})

function emergencyWrites(
  directory: string,
  { before, after }: BreakGlassChange,
  now: number,
): Guarded[] {
  const key = directoryKeys.currentBreakGlass(after.orgId)
  const asSeen = {
    condition: '#breakGlassId = :id AND #state = :state',
    values: { id: before?.id, state: before?.state },
  }
  const error = 'changed_meanwhile'
  if (before === after) {
    return [{ write: { ConditionCheck: condition(directory, { key, ...asSeen }) }, error }]
  }
  const opened = after.state === 'opened'
  const type = opened ? 'latchkey.break-glass.opened.v1' : 'latchkey.break-glass.requested.v1'
  const record = {
    ...breakGlassItem(after),
    rev: opened ? 2 : 1,
    evt: evt(type, now, `user:${after.approvedBy ?? after.requestedBy}`),
    mail: mail('break-glass-notice', now),
  }
  const current = { ...key, ...storedBreakGlass(after) }
  const { Key: _, ...conditioned } = condition(directory, { key, ...asSeen })
  const replaced = { Put: { ...conditioned, Item: toItem(current) } }
  return [
    { write: before ? replaced : putNew(directory, current), error },
    { write: { Put: { TableName: directory, Item: toItem(record) } }, error },
  ]
}
