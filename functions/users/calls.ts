import { mergePatch } from '#shared/admin/merge-patch.ts'
import type { AdminCall, CallOf } from '#shared/http/admin-endpoint.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import type { OrgId, UserId } from '#shared/ids.ts'
import type { Result } from '#shared/result.ts'
import { changeUser, type UserTarget } from '#shared/users/change-user.ts'
import type { UserCause } from '#shared/users/errors.ts'
import { listUsers } from '#shared/users/list-users.ts'
import type { UserStore } from '#shared/users/ports.ts'
import type { Details, UserRecord } from '#shared/users/types.ts'
import type { contract } from './contract.ts'
import { entry, shown } from './schema.ts'

type Calls = typeof contract
export type Of<Key extends keyof Calls> = CallOf<Calls[Key]>

export const targetOf = (call: AdminCall & { ids: { user: UserId } }): UserTarget => ({
  orgId: call.orgId,
  userId: call.ids.user,
  act: { actor: call.actor, at: call.now, nowMs: call.nowMs },
  seen: call.seen,
  callerId: call.caller.kind === 'session' ? call.caller.userId : undefined,
})

/** Shows a user as they are after a change, with what they are known by. */
export async function showing(
  store: UserStore,
  changed: Result<UserRecord, UserCause>,
  status: 200 | 201 = 200,
): Promise<HttpResponse> {
  if (!changed.ok) return refuse(changed.error)
  const record = changed.value
  const { orgId, id } = record.user
  return shown({ record, ...(await knownBy(store, orgId, id)) }, status)
}

/** What a user is known by, to providers and to directories. */
export async function knownBy(store: UserStore, orgId: OrgId, userId: UserId) {
  const [subjects, directories] = await Promise.all([
    store.findSubjects(orgId, userId),
    store.findDirectories(orgId, userId),
  ])
  return { subjects, directories }
}

export async function list(
  store: UserStore,
  { orgId, query }: Of<'GET /orgs/{organization}/users'>,
): Promise<HttpResponse> {
  const { cursor: after, ...search } = query
  const page = await listUsers(store, orgId, { ...search, after })
  if (!page) {
    const problems = [{ field: 'cursor', cause: 'malformed', want: 'a cursor of this list' }]
    return refuse('request_refused', { problems })
  }
  const { users, next } = page
  return json(200, { users: users.map(entry), ...(next !== undefined && { next: cursorOf(next) }) })
}

export async function show(
  store: UserStore,
  { orgId, ids }: Of<'GET /orgs/{organization}/users/{user}'>,
): Promise<HttpResponse> {
  const [record, known] = await Promise.all([
    store.find(orgId, ids.user),
    knownBy(store, orgId, ids.user),
  ])
  return record ? shown({ record, ...known }) : refuse('user_unknown')
}

export async function patch(
  store: UserStore,
  call: Of<'PATCH /orgs/{organization}/users/{user}'>,
): Promise<HttpResponse> {
  const revise = (details: Details) => mergePatch(details, call.body) as Details // by the schema
  return showing(store, await changeUser(store, targetOf(call), revise))
}
