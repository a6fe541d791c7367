import type { GroupId, UserId } from '#shared/ids.ts'
import { ok } from '#shared/result.ts'
import type { ScimGroupStore, ScimUserStore } from '#shared/scim/ports.ts'
import type { Document, ScimGroup, ScimUser } from '#shared/scim/types.ts'
import { fold } from '#shared/users/fold.ts'
import type { Texts } from './scim-engine.ts'

export const notMeasured = () => Promise.reject(new Error('the bench asks for none of this'))

const noGuard = { deactivated: {}, removed: {} }

/** What was written last: kept, so that no compiler finds it useless. */
const written: [string] = ['']

/** Users of the maps; what is written becomes text and is dropped. */
export function mapUsers({ users, names }: Texts, now: number): ScimUserStore {
  const find = (id: UserId): ScimUser => ({
    ...{ id, directoryId: 'dir_0', version: 1, createdMs: now, modifiedMs: now },
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
      Promise.resolve({ user: find(id), person: undefined, isIdTaken: false, guard: noGuard }),
    create: ({ user }) => write(user),
    change: ({ next }) => write(next),
    ...{ skip: notMeasured, findPerson: notMeasured, remove: notMeasured, clear: notMeasured },
    groupsOf: notMeasured,
  }
}

/** Groups of the maps, in the same way. */
export function mapGroups({ groups }: Texts, now: number): ScimGroupStore {
  const find = (id: GroupId): ScimGroup => {
    const { text = '', members = [] } = groups.get(id) ?? {}
    const document = JSON.parse(text) as Document
    const times = { createdMs: now, modifiedMs: now }
    return { id, directoryId: 'dir_0', document, version: 1, memberCount: members.length, ...times }
  }
  return {
    find: (_, id) => Promise.resolve({ group: find(id), among: [], guard: noGuard }),
    change({ before, document, members }) {
      written[0] = JSON.stringify([document, members])
      return Promise.resolve(ok({ group: before, added: members.add, removed: members.remove }))
    },
    ...{ members: notMeasured, firstMembers: notMeasured, membersAmong: notMeasured },
    ...{ create: notMeasured, revive: notMeasured, refill: notMeasured, replace: notMeasured },
    ...{ count: notMeasured, page: notMeasured, skip: notMeasured },
    ...{ idsBy: notMeasured, findAll: notMeasured, remove: notMeasured },
  }
}
