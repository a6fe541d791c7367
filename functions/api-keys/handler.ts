import { createApiKey } from '#shared/admin/manage-api-keys.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoApiKeyManagement } from '#shared/aws/api-key-management.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import { contract } from './contract.ts'
import { output } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const keys = dynamoApiKeyManagement(DIRECTORY_TABLE)

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/api-keys': async ({ orgId, now }) =>
    json(200, { apiKeys: (await keys.list(orgId, now)).map(output) }),

  'POST /orgs/{organization}/api-keys': async ({ orgId, body, actor, now }) => {
    const { label, role, days } = body
    const lifetimeSeconds = days === undefined ? undefined : days * DAY_SECONDS
    const act = { actor, at: now }
    const created = await createApiKey(keys, { orgId, label, role, lifetimeSeconds, act })
    if (!created.ok) return refuse(created.error)
    const { listed, secret } = created.value
    return json(201, { ...output(listed), secret })
  },

  'DELETE /orgs/{organization}/api-keys/{key}': async ({ orgId, ids, actor, now }) => {
    const isRevoked = await keys.revoke(orgId, ids.key, { actor, at: now })
    return isRevoked ? respond(204, {}) : refuse('api_key_unknown')
  },
})
