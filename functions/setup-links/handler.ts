import { createSetupLink } from '#shared/admin/setup-link.ts'
import { adminPorts } from '#shared/aws/admin-ports.ts'
import { dynamoSetupLinks } from '#shared/aws/api-key-store.ts'
import { adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { refuse } from '#shared/http/refuse.ts'
import { json, respond } from '#shared/http/respond.ts'
import { contract } from './contract.ts'
import { output } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const links = dynamoSetupLinks(DIRECTORY_TABLE)

export const handler = adminEndpoint(adminPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), contract, {
  'GET /orgs/{organization}/setup-links': async ({ orgId, now }) =>
    json(200, { setupLinks: (await links.list(orgId, now)).map(output) }),

  'POST /orgs/{organization}/setup-links': async ({ orgId, actor, now, body }) => {
    const { label, days } = body
    const asked = { orgId, label, lifetimeSeconds: days * DAY_SECONDS, actor, now }
    const created = await createSetupLink(links, asked)
    if (!created.ok) return refuse(created.error)
    return json(201, { ...output(created.value.link), secret: created.value.secret })
  },

  'DELETE /orgs/{organization}/setup-links/{link}': async ({ orgId, ids }) =>
    (await links.revoke(orgId, ids.link)) ? respond(204, {}) : refuse('link_unknown'),
})
