import { newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '#shared/scim/calls.ts'
import type { GroupPorts } from '#shared/scim/groups/ports.ts'
import { patchGroup } from '#shared/scim/groups/routes.ts'
import { readJson } from '#shared/scim/read-json.ts'
import type { ScimAct, ScimCaller } from '#shared/scim/types.ts'
import { listUsers } from '#shared/scim/users/list-routes.ts'
import type { UserPorts } from '#shared/scim/users/ports.ts'
import { getUser, patchUser, postUser } from '#shared/scim/users/routes.ts'
import type { Engine, Texts } from './scim-engine.ts'
import { mapGroups, mapUsers, notMeasured } from './scim-map-stores.ts'

const now = 1_772_619_330_000
const orgId = newOrgId()
const directoryId = newDirectoryId(orgId)
const tokenId = newScimTokenId()
const baseUrl = `https://signin.vendor.example/scim/v2/${directoryId}`

const caller: ScimCaller = {
  directory: {
    ...{ id: directoryId, orgId, name: 'Entra ID', state: 'active', cursorKey: 'key' },
    ...{ guard: { share: 20, atLeast: 20 }, createdAt: 0, revision: 1 },
  },
  tokenId,
  domains: ['acme.example'],
}

/** The routes of our functions, with the store's port over maps: all but the chain and AWS. */
export function latchkeyEngine(texts: Texts): Engine {
  const shared = {
    bookmarks: { find: () => Promise.resolve(undefined), keep: () => Promise.resolve() },
    pause: notMeasured,
    now: () => now,
  }
  const users: UserPorts = { ...shared, users: mapUsers(texts, now) }
  const groups: GroupPorts = { ...shared, users: users.users, groups: mapGroups(texts, now) }
  const list = listUsers(users)
  const [get, post, patch] = [getUser(users), postUser(users), patchUser(users)]
  const patchMembers = patchGroup(groups)
  return {
    getUser: (id) => run(get, { id }),
    createUser: (body) => run(post, { method: 'POST', body }),
    patchUser: (id, body) => run(patch, { method: 'PATCH', id, body }),
    findUsers: (filter) => run(list, { query: { filter } }),
    listUsers: (count) => run(list, { query: { count: String(count) } }),
    patchGroup: (id, body) => run(patchMembers, { method: 'PATCH', id, body }),
  }
}

type Asked = { method?: string; id?: string; body?: string; query?: Record<string, string> }

/** As the chain runs a route, once it has let the caller pass. */
async function run<Read>(route: ScimRoute<Read>, asked: Asked): Promise<string> {
  const call = callOf(asked)
  const read = await route.read(call)
  if (!read.ok) throw new Error(read.error.detail)
  return textOf(await route.act(caller, { ...call, scimAct }, read.value))
}

function textOf(answer: ScimAnswer): string {
  if (!answer.ok) throw new Error(answer.error.detail)
  return answer.value.resource ? JSON.stringify(answer.value.resource) : ''
}

const callOf = ({ method = 'GET', id, body = '', query }: Asked): ScimCall => ({
  ...{ method, directory: directoryId, path: '/Users', id, baseUrl, nowMs: now },
  query: new URLSearchParams(query),
  body: () => readJson(body),
  ifMatch: undefined,
  ifNoneMatch: undefined,
})

const scimAct: ScimAct = {
  actor: `scim:${tokenId}`,
  nowMs: now,
  request: { requestId: 'bench', tokenId, method: 'PATCH', path: '/Users' },
}
