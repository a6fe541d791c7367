import { newDirectoryId, newOrgId, newScimTokenId, type UserId } from '#shared/ids.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '#shared/scim/calls.ts'
import { patchGroup } from '#shared/scim/patch/patch-group.ts'
import type { ScimUserStore } from '#shared/scim/ports.ts'
import { readJson } from '#shared/scim/read-json.ts'
import type { Document, ScimAct, ScimCaller, ScimUser } from '#shared/scim/types.ts'
import { listUsers } from '#shared/scim/users/list-routes.ts'
import type { UserPorts } from '#shared/scim/users/ports.ts'
import { getUser, patchUser, postUser } from '#shared/scim/users/routes.ts'
import { fold } from '#shared/users/fold.ts'
import type { Engine, Texts } from './scim-engine.ts'

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

/** What was written last: kept, so that no compiler finds it useless. */
const written: [string] = ['']

/** The routes of our functions, with the store's port over maps: all but the chain and AWS. */
export function latchkeyEngine({ users, names, groups }: Texts): Engine {
  const ports: UserPorts = {
    users: mapUsers(users, names),
    bookmarks: { find: () => Promise.resolve(undefined), keep: () => Promise.resolve() },
    pause: notMeasured,
    now: () => now,
  }
  const list = listUsers(ports)
  const [get, post, patch] = [getUser(ports), postUser(ports), patchUser(ports)]
  return {
    getUser: (id) => run(get, { id }),
    createUser: (body) => run(post, { method: 'POST', body }),
    patchUser: (id, body) => run(patch, { method: 'PATCH', id, body }),
    findUsers: (filter) => run(list, { query: { filter } }),
    listUsers: (count) => run(list, { query: { count: String(count) } }),
    async patchGroup(id, body) {
      const json = readJson(body)
      const document = JSON.parse(groups.get(id)?.text ?? '') as Document
      const patched = json.ok ? patchGroup(document, json.value) : json
      if (!patched.ok) throw new Error(patched.error.detail)
      return JSON.stringify({ ...patched.value.document, members: patched.value.members.add })
    },
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
  return JSON.stringify(answer.value.resource)
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

/** Users of the maps; what is written becomes text and is dropped. */
function mapUsers(users: Texts['users'], names: Texts['names']): ScimUserStore {
  const find = (id: UserId): ScimUser => ({
    ...{ id, directoryId, version: 1, createdMs: now, modifiedMs: now },
    document: JSON.parse(users.get(id) ?? '') as Document,
  })
  const write = (user: ScimUser) => {
    written[0] = JSON.stringify(user.document)
    return Promise.resolve(undefined)
  }
  const rows = [...users.keys()].map((id) => ({ id: id as UserId, place: id }))
  return {
    count: () => Promise.resolve(users.size),
    page: (_, { limit }) => Promise.resolve({ rows: rows.slice(0, limit), hasMore: true }),
    idsBy(_, key) {
      const id = key.by === 'userName' && 'value' in key ? names.get(fold(key.value)) : undefined
      return Promise.resolve({ ids: id === undefined ? [] : [id as UserId], isAll: true })
    },
    findAll: (_, ids) => Promise.resolve(ids.map(find)),
    find: (_, id) =>
      Promise.resolve({
        user: find(id),
        person: undefined,
        guard: { deactivated: {}, removed: {} },
      }),
    create: write,
    change: ({ next }) => write(next),
    ...{ skip: notMeasured, findPerson: notMeasured, remove: notMeasured, clear: notMeasured },
    groupsOf: notMeasured,
  }
}

const notMeasured = () => Promise.reject(new Error('the bench asks for none of this'))
