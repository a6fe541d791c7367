import { scimPorts } from '#shared/aws/scim-authentication.ts'
import { readEnv } from '#shared/http/env.ts'
import { scimEndpoint } from '#shared/http/scim-endpoint.ts'
import { postBulk } from '#shared/scim/bulk/routes.ts'
import { lazyRead } from '#shared/scim/lazy-route.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

const chain = scimPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE)

/** What a request has nothing to do with it does not wait for. */
const load = {
  User: () => import('./users.ts'),
  Group: () => import('./groups.ts'),
} as const

const bulk = {
  log: chain.log,
  now: chain.now,
  routesOf: async (type: keyof typeof load) => (await load[type]()).writes,
}

export const handler = scimEndpoint(chain, {
  'POST /scim/v2/{directory}/Bulk': postBulk(bulk),
  'POST /scim/v2/{directory}/.search': lazyRead(async () => (await import('./search.ts')).search),
})
