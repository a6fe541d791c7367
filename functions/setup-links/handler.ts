import { createSetupLink, type SetupLinkStore } from '#shared/admin/setup-link.ts'
import { dynamoApiKeys, dynamoSetupLinks } from '#shared/aws/api-key-store.ts'
import { readBody } from '#shared/http/admin-body.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { problem } from '#shared/http/problem.ts'
import { json, respond } from '#shared/http/respond.ts'
import { isApiKeyId } from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { Asked, output } from './schema.ts'

const DAY_SECONDS = 24 * 3600

const list =
  (links: SetupLinkStore) =>
  async ({ orgId, now }: AdminCall) =>
    json(200, { setupLinks: (await links.list(orgId, now)).map(output) })

const create = (links: SetupLinkStore) => async (call: AdminCall) => {
  const body = readBody(call.request, Asked)
  if (!body.ok) return body.error
  const { label, days } = body.value
  const { orgId, actor, now } = call
  const asked = { orgId, label, lifetimeSeconds: days * DAY_SECONDS, actor, now }
  const created = await createSetupLink(links, asked)
  if (!created.ok) return tooMany
  return json(201, { ...output(created.value.link), secret: created.value.secret })
}

const revoke =
  (links: SetupLinkStore) =>
  async ({ request, orgId }: AdminCall) => {
    const id = request.pathParameter('link') ?? ''
    return isApiKeyId(id) && (await links.revoke(orgId, id)) ? respond(204, {}) : unknown
  }

const tooMany = problem({ status: 409, cause: 'too_many_links', title: 'There are 50 links' })
const unknown = problem({ status: 404, cause: 'link_unknown', title: 'There is no such link' })

const { DIRECTORY_TABLE } = readEnv('DIRECTORY_TABLE')
const links = dynamoSetupLinks(DIRECTORY_TABLE)
const ALL = '/orgs/{organization}/setup-links'
export const handler = adminEndpoint(
  { keys: dynamoApiKeys(DIRECTORY_TABLE), now: epochMilliseconds },
  {
    [`GET ${ALL}`]: { roles: ['admin', 'reader'], handle: list(links) },
    [`POST ${ALL}`]: { roles: ['admin'], handle: create(links) },
    [`DELETE ${ALL}/{link}`]: { roles: ['admin'], handle: revoke(links) },
  },
)
