import SCIMMY from 'scimmy'
import type { Engine, Texts } from './scim-engine.ts'

const baseUrl = 'https://signin.vendor.example/scim/v2'
const created = new Date(1_772_619_330_000)

type Stored = Record<string, unknown>
type Query = { filter: string } | { startIndex: number; count: number }
/** What a handler is asked for. */
type Asked = { id?: string; filter?: SCIMMY.Types.Filter; constraints?: { count?: number } }
type Resource = {
  basepath(url: string): void
  egress(read: (asked: Asked) => Stored | readonly Stored[]): void
  ingress(write: (asked: Asked, resource: Stored) => Stored): void
  new (
    asked?: string | Query,
  ): {
    read(): Promise<object>
    write(body: unknown): Promise<object>
    patch(body: unknown): Promise<object | undefined>
  }
}

/** What was written last: kept, so that no compiler finds it useless. */
const written: [string] = ['']

/**
 * SCIMMY by its documentation, over the same maps: whatever an index answers is asked of one, and
 * no more is read than is shown.
 */
export function scimmyEngine(texts: Texts): Engine {
  // As its documentation has them: by its types extensions are instances, and queries texts.
  const { User, Group } = SCIMMY.Resources as unknown as Record<'User' | 'Group', Resource>
  const { EnterpriseUser } = SCIMMY.Schemas as unknown as { EnterpriseUser: SCIMMY.Types.Schema }
  SCIMMY.Schemas.User.extend(EnterpriseUser, false)
  User.basepath(baseUrl)
  Group.basepath(baseUrl)
  User.egress((asked) => readUsers(texts, asked))
  User.ingress((asked, user) => write(asked, user))
  Group.egress(({ id }) => groupOf(texts, id))
  Group.ingress((asked, group) => write(asked, group))
  return {
    getUser: async (id) => JSON.stringify(await new User(id).read()),
    createUser: async (body) => JSON.stringify(await new User().write(JSON.parse(body))),
    patchUser: async (id, body) => JSON.stringify(await new User(id).patch(JSON.parse(body))),
    findUsers: async (filter) => JSON.stringify(await new User({ filter }).read()),
    listUsers: async (count) => JSON.stringify(await new User({ count, startIndex: 1 }).read()),
    async patchGroup(id, body) {
      await new Group(id).patch(JSON.parse(body))
      return '' // ours has no body, as Entra ID wants it
    },
  }
}

function readUsers({ users, names }: Texts, { id, filter, constraints }: Asked) {
  if (id !== undefined) return userOf(users, id)
  if (filter) {
    const [, name] = (filter[0] as { userName?: [string, string] }).userName ?? []
    const found = names.get((name ?? '').toLowerCase())
    return found === undefined ? [] : filter.match([userOf(users, found)])
  }
  return [...users.keys()].slice(0, constraints?.count).map((one) => userOf(users, one))
}

const userOf = (users: Texts['users'], id: string): Stored => ({
  ...(JSON.parse(users.get(id) ?? '') as Stored),
  id,
  meta: { created, lastModified: created },
})

const groupOf = ({ groups }: Texts, id: string | undefined): Stored => {
  const { text = '', members = [] } = groups.get(id ?? '') ?? {}
  return {
    ...(JSON.parse(text) as Stored),
    id,
    members: members.map((value) => ({ value, type: 'User' })),
    meta: { created, lastModified: created },
  }
}

function write({ id = 'usr_new' }: Asked, resource: object): Stored {
  written[0] = JSON.stringify(resource)
  return { ...resource, id, meta: { created, lastModified: new Date() } }
}
