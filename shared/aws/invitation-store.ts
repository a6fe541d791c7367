import { fail, ok } from '../result.ts'
import type { Invitation } from '../users/invitation.ts'
import type { InvitationStore } from '../users/invitation-ports.ts'
import type { Act } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { invitationItem, invitationOf } from './invitation-items.ts'
import { putNew, update } from './item-writes.ts'
import { mail } from './mail-attribute.ts'
import { queryPage } from './query.ts'
import { userCreationWrites } from './user-creation.ts'
import { userReads } from './user-reads.ts'
import { unchangedHome, writeUser } from './write-user.ts'

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

  // Most invitations are made and read: what ends one is loaded once one ends.
  async revoke(...args) {
    const { invitationEnds } = await import('./invitation-ends.ts')
    return invitationEnds(directory).revoke(...args)
  },

  async accept(...args) {
    const { invitationEnds } = await import('./invitation-ends.ts')
    return invitationEnds(directory).accept(...args)
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
