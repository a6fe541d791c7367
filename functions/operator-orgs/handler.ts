import { createApiKey } from '#shared/admin/manage-api-keys.ts'
import { dynamoApiKeyManagement } from '#shared/aws/api-key-management.ts'
import { dynamoInvitations } from '#shared/aws/invitation-store.ts'
import {
  dynamoOperatedOrganizations,
  dynamoOrganizationCreation,
} from '#shared/aws/operated-organizations.ts'
import { dynamoOrganizations } from '#shared/aws/organization-store.ts'
import { readEnv } from '#shared/http/env.ts'
import { repeatableId } from '#shared/http/idempotency-key.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json } from '#shared/http/respond.ts'
import { newUserId } from '#shared/ids.ts'
import { changeOrganization } from '#shared/orgs/change-organization.ts'
import { createOrganization } from '#shared/orgs/create-organization.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { INVITATION_DAYS, inviteUser } from '#shared/users/invite-user.ts'
import { contract } from './contract.ts'
import { shown, shownHosts, shownKey } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const organizations = dynamoOperatedOrganizations(DIRECTORY_TABLE)
const store = dynamoOrganizations(DIRECTORY_TABLE)
const creation = dynamoOrganizationCreation(DIRECTORY_TABLE)
const keys = dynamoApiKeyManagement(DIRECTORY_TABLE)
const invitations = dynamoInvitations(DIRECTORY_TABLE)

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'POST /operator/orgs': async ({ body, repeatable, actor, now }) => {
    const { domains, firstAdmin, ...settings } = body
    const organization = { id: repeatableId('org', repeatable), ...settings }
    const act = { actor, at: now }
    const callHash = repeatable?.callHash
    const created = await createOrganization(creation, { organization, domains, callHash, act })
    if (!created.ok) {
      const { error } = created
      return typeof error === 'string'
        ? refuse(error)
        : refuse('request_refused', { problems: error })
    }
    if (firstAdmin) {
      const invited = await inviteUser(invitations, {
        ...{ orgId: organization.id, profile: firstAdmin, role: 'admin', act, callHash },
        id: repeatableId('inv', repeatable),
        userId: newUserId(),
        lifetimeSeconds: INVITATION_DAYS.usual * DAY_SECONDS,
      })
      if (!invited.ok) return refuse(invited.error)
    }
    return shown(201, { ...created.value, state: 'live' })
  },

  'GET /operator/orgs': async ({ query: { name, limit, cursor } }) => {
    const page = await organizations.list(name, { limit, after: cursor })
    return json(200, {
      organizations: page.rows,
      ...(page.next !== undefined && { next: cursorOf(page.next) }),
    })
  },

  'GET /operator/orgs/{organization}': async ({ ids }) => {
    const found = await organizations.find(ids.organization)
    return found ? shown(200, found) : refuse('organization_unknown')
  },

  'PATCH /operator/orgs/{organization}': async ({ ids, body: changes, seen, actor, now }) => {
    const change = { orgId: ids.organization, changes, seen, act: { actor, at: now } }
    const changed = await changeOrganization(store, change)
    return changed.ok ? shown(200, { ...changed.value, state: 'live' }) : refuse(changed.error)
  },

  'GET /operator/orgs/{organization}/product-hosts': async ({ ids }) => {
    const found = await organizations.find(ids.organization)
    return found ? shownHosts(found) : refuse('organization_unknown')
  },

  'PUT /operator/orgs/{organization}/product-hosts': async (call) => {
    const { ids, body, seen, actor, now } = call
    const changes = { productHosts: body.hosts }
    const change = { orgId: ids.organization, changes, seen, act: { actor, at: now } }
    const changed = await changeOrganization(store, change)
    return changed.ok ? shownHosts(changed.value) : refuse(changed.error)
  },

  'POST /operator/orgs/{organization}/api-keys': async ({ ids, body, actor, now }) => {
    const orgId = ids.organization
    if (!(await store.find(orgId))) return refuse('organization_unknown')
    const { label, role, days } = body
    const lifetimeSeconds = days === undefined ? undefined : days * DAY_SECONDS
    const asked = { orgId, label, role, lifetimeSeconds, act: { actor, at: now } }
    const created = await createApiKey(keys, asked)
    if (!created.ok) return refuse(created.error)
    const { listed, secret } = created.value
    return json(201, { ...shownKey(listed), secret })
  },
})
