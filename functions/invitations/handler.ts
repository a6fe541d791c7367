import { secondsToWait } from '#shared/admin/rate-limit.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoInvitations } from '#shared/aws/invitation-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { repeatableId } from '#shared/http/idempotency-key.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import { newUserId, type OrgId } from '#shared/ids.ts'
import { INVITATION_MAILS, inviteUser } from '#shared/users/invite-user.ts'
import { resendInvitation, revokeInvitation } from '#shared/users/manage-invitation.ts'
import { contract } from './contract.ts'
import { output } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const publicUrl = PUBLIC_URL
const store = dynamoInvitations(DIRECTORY_TABLE)

const ports = adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE)

/** Counts a mail before it is asked for; answers the refusal, if there were too many. */
async function countMail(orgId: OrgId, now: number) {
  const wait = await secondsToWait(ports.calls, `invitations#${orgId}`, now, INVITATION_MAILS)
  return wait === undefined
    ? undefined
    : refuse('too_many_invitations', { headers: { 'retry-after': String(wait) } })
}

export const handler = adminEndpoint(ports, contract, {
  'GET /orgs/{organization}/invitations': async ({ orgId, now, query }) => {
    const { limit, cursor: after } = query
    const { invitations, next } = await store.list(orgId, { limit, after })
    const shown = invitations.map((one) => output(one, { now, publicUrl }))
    return json(200, { invitations: shown, ...(next !== undefined && { next: cursorOf(next) }) })
  },

  'POST /orgs/{organization}/invitations': async ({ orgId, actor, now, body, repeatable }) => {
    const tooMany = await countMail(orgId, now)
    if (tooMany) return tooMany
    const { role, days, ...profile } = body
    const invited = await inviteUser(store, {
      ...{ orgId, profile, role, lifetimeSeconds: days * DAY_SECONDS },
      id: repeatableId('inv', repeatable),
      userId: newUserId(),
      act: { actor, at: now },
      callHash: repeatable?.callHash,
    })
    if (!invited.ok) return refuse(invited.error)
    const location = `${publicUrl}/orgs/${orgId}/invitations/${invited.value.id}`
    return json(201, output(invited.value, { now, publicUrl }), { location })
  },

  'GET /orgs/{organization}/invitations/{invitation}': async ({ orgId, ids, now }) => {
    const invitation = await store.find(orgId, ids.invitation)
    return invitation
      ? json(200, output(invitation, { now, publicUrl }))
      : refuse('invitation_unknown')
  },

  'DELETE /orgs/{organization}/invitations/{invitation}': async ({ orgId, ids, actor, now }) => {
    const target = { orgId, id: ids.invitation, act: { actor, at: now } }
    const revoked = await revokeInvitation(store, target)
    return revoked.ok ? respond(204, {}) : refuse(revoked.error)
  },

  'POST /orgs/{organization}/invitations/{invitation}/resend': async (call) => {
    const { orgId, ids, actor, now } = call
    const target = { orgId, id: ids.invitation, act: { actor, at: now } }
    const tooMany = await countMail(orgId, now)
    if (tooMany) return tooMany
    const sent = await resendInvitation(store, target)
    return sent.ok ? json(200, output(sent.value, { now, publicUrl })) : refuse(sent.error)
  },
})
