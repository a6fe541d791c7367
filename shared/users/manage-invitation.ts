import type { InvitationId, OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Invitation, stateOf } from './invitation.ts'
import type { InvitationCause } from './invitation-errors.ts'
import type { InvitationStore } from './invitation-ports.ts'
import type { Act } from './ports.ts'
import type { UserRecord } from './types.ts'

export type InvitationTarget = { orgId: OrgId; id: InvitationId; act: Act }

type Reading = Pick<InvitationStore, 'find' | 'findUser'>

/** Between two mails, in seconds, and mails in all. */
const RESEND_SECONDS = 60
const MOST_MAILS = 10

const MAX_ATTEMPTS = 10

type Cause = Exclude<InvitationCause, 'changed_meanwhile'>

/** By what the invitation is now; anew where somebody else was faster. */
async function withInvitation<Done>(
  store: Pick<InvitationStore, 'find'>,
  { orgId, id }: Pick<InvitationTarget, 'orgId' | 'id'>,
  run: (invitation: Invitation) => Promise<Result<Done, InvitationCause>>,
): Promise<Result<Done, Cause>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const invitation = await store.find(orgId, id)
    if (!invitation) return fail('invitation_unknown')
    const done = await run(invitation)
    if (done.ok) return done
    if (done.error !== 'changed_meanwhile') return fail(done.error)
  }
  throw new Error('somebody else changes this invitation all the time')
}

/** Sends an invitation again, also one that has expired: it is good as long as at first. */
export const resendInvitation = (
  store: Reading & Pick<InvitationStore, 'send'>,
  target: InvitationTarget,
): Promise<Result<Invitation, Cause>> =>
  withInvitation<Invitation>(store, target, async (invitation) => {
    const { at } = target.act
    const { state, sentAt, sentCount, lifetimeSeconds } = invitation
    const invited = await store.findUser(target.orgId, invitation.userId)
    if (state !== 'pending' || invited?.user.state !== 'invited') return fail('invitation_over')
    if (sentCount >= MOST_MAILS) return fail('resent_too_often')
    if (at - sentAt < RESEND_SECONDS) return fail('resent_too_soon')
    const endsAt = at + lifetimeSeconds
    const next = { ...invitation, endsAt, sentAt: at, sentCount: sentCount + 1 }
    return store.send(invitation, { ...next, revision: invitation.revision + 1 }, target.act)
  })

/** Takes an invitation back; twice is as good as once. */
export const revokeInvitation = (
  store: Reading & Pick<InvitationStore, 'revoke'>,
  target: InvitationTarget,
): Promise<Result<undefined, Cause>> =>
  withInvitation<undefined>(store, target, async (invitation) => {
    if (invitation.state === 'revoked') return ok(undefined)
    if (invitation.state === 'accepted') return fail('invitation_over')
    const record = await store.findUser(target.orgId, invitation.userId)
    const invited = record?.user.state === 'invited' ? record : undefined
    const error = await store.revoke(invitation, invited, target.act)
    return error ? fail(error) : ok(undefined)
  })

/**
 * Accepts an invitation by the link that was mailed: that proves the address, which is enough for
 * administrators, who may have no provider yet. Members accept by signing in. Twice is as good as
 * once.
 */
export const acceptInvitation = (
  store: Reading & Pick<InvitationStore, 'accept'>,
  target: InvitationTarget,
): Promise<Result<Invitation, Cause>> =>
  withInvitation<Invitation>(store, target, async (invitation) => {
    if (invitation.role === 'member') return fail('invitation_role')
    const { at } = target.act
    const record = await store.findUser(target.orgId, invitation.userId)
    const isDone = invitation.state === 'accepted' && record?.user.state === 'active'
    if (isDone) return ok(invitation)
    const isGood = stateOf(invitation, at) === 'pending' && record?.user.state === 'invited'
    if (!isGood) return acceptedSince(store, target, record)
    const error = await store.accept(invitation, record, target.act)
    if (error) return fail(error)
    return ok({ ...invitation, state: 'accepted', revision: invitation.revision + 1 })
  })

/** Somebody may have accepted it after it was read, and before its user was. */
async function acceptedSince(
  store: Reading,
  { orgId, id }: InvitationTarget,
  record: UserRecord | undefined,
): Promise<Result<Invitation, Cause>> {
  if (record?.user.state !== 'active') return fail('invitation_over')
  const invitation = await store.find(orgId, id)
  return invitation?.state === 'accepted' ? ok(invitation) : fail('invitation_over')
}
