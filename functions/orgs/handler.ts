import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoOrganizations } from '#shared/aws/organization-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { refuse } from '#shared/http/refuse.ts'
import { changeOrganization } from '#shared/orgs/change-organization.ts'
import { contract } from './contract.ts'
import { shown } from './schema.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const store = dynamoOrganizations(DIRECTORY_TABLE)

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}': async ({ orgId }) => {
    const record = await store.find(orgId)
    return record ? shown(record) : refuse('organization_unknown')
  },

  'PATCH /orgs/{organization}': async ({ orgId, body: changes, seen, actor, now }) => {
    const act = { actor, at: now }
    const changed = await changeOrganization(store, { orgId, changes, seen, act })
    return changed.ok ? shown(changed.value) : refuse(changed.error)
  },
})
