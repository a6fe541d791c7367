import { fail, ok } from '../result.ts'
import type { Invitation } from '../users/invitation.ts'
import type { InvitationStore } from '../users/invitation-ports.ts'
import type { Act } from '../users/ports.ts'
import type { UserRecord } from '../users/types.ts'
import { readItems } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { closeInvitation, invitationItem, invitationOf } from './invitation-items.ts'
import { putNew, update } from './item-writes.ts'
import { directoryKeys } from './keys.ts'
import { mail } from './mail-attribute.ts'
import { queryPage } from './query.ts'
import {
  type UserFailure,
  unchangedHome,
  userChangeWrites,
  userCreationWrites,
  writeUser,
} from './user-changes.ts'
import { userReads } from './user-reads.ts'

/** Invitations in the directory, each changed in one transaction with who is invited. */
export const dynamoInvitations = (directory: string): InvitationStore => ({
  ...reads(directory),

  async create(invitation, { user, home }, act) {
    const error = await writeUser([
      newInvitation(directory, invitation, act),
      ...userCreationWrites(directory, user, act),
      ...unchangedHome(directory, home),
    ])
    if (error === undefined || error === 'email_in_use') return error
    const exists = await reads(directory).find(invitation.orgId, invitation.id)
    return exists ? { exists } : 'changed_meanwhile'
  },

  async send(before, next, act) {
    const error = await writeAll([sentWrite(directory, before, next, act)])
    return error ? fail(error) : ok(next)
  },

  async revoke(invitation, user, act) {
    const error = await writeUser<UserFailure>([
      closeInvitation(directory, invitation, 'revoked', act),
      ...(user ? goneWrites(directory, user, act) : []),
    ])
    return error && 'changed_meanwhile'
  },

  async accept(invitation, before, act) {
    const { invitationId, ...user } = before.user
    const next = { ...before, user: { ...user, state: 'active' } as const }
    const error = await writeUser<UserFailure>([
      closeInvitation(directory, invitation, 'accepted', act),
      ...userChangeWrites(directory, before, next, { event: 'updated', act }),
    ])
    return error && 'changed_meanwhile'
  },
})

const reads = (
  directory: string,
): Pick<InvitationStore, 'findHome' | 'find' | 'findUser' | 'list'> => ({
  findHome: userReads(directory).findHome,
  findUser: userReads(directory).find,

  async find(orgId, id) {
    const key = directoryKeys.invitation(orgId, id)
    const [item] = await readItems([{ table: directory, key }])
    return invitationOf(item)
  },

  async list(orgId, { after, limit }) {
    const { items, next } = await queryPage(directory, { pk: `invitations#${orgId}`, after, limit })
    const invitations = items.flatMap((item) => invitationOf(item) ?? [])
    return { invitations, ...(next !== undefined && { next }) }
  },
})

const newInvitation = (
  directory: string,
  invitation: Invitation,
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile'> => ({
  write: putNew(directory, {
    ...invitationItem(invitation),
    mail: mail('invitation', at),
    evt: evt('latchkey.invitation.created.v1', at, actor),
  }),
  onFailure: () => 'changed_meanwhile',
})

function sentWrite(
  directory: string,
  { revision }: Invitation,
  { orgId, id, endsAt, sentAt, sentCount }: Invitation,
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile'> {
  const Update = update(directory, {
    key: directoryKeys.invitation(orgId, id),
    set: {
      ...{ endsAt, sentAt, sentCount },
      mail: mail('invitation', at),
      evt: evt('latchkey.invitation.resent.v1', at, actor),
    },
    condition: '#rev = :revision AND #state = :pending',
    values: { revision, pending: 'pending' },
    increment: 'rev',
  })
  return { write: { Update }, onFailure: () => 'changed_meanwhile' }
}

/** How long the item of who never came stays, for its event: seconds. */
const KEPT_SECONDS = 24 * 3600

/** Who was never more than invited cannot be restored: the address can be invited anew. */
function goneWrites(directory: string, before: UserRecord, act: Act) {
  const deletion = { at: act.at, until: act.at + KEPT_SECONDS }
  const next = { ...before, user: { ...before.user, state: 'deleted', deletion } as const }
  return userChangeWrites(directory, before, next, { event: 'deleted', act })
}
