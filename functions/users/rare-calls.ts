import { repeatableId } from '#shared/http/idempotency-key.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json, respond } from '#shared/http/respond.ts'
import { createUser } from '#shared/users/create-user.ts'
import { deleteUser, restoreUser } from '#shared/users/delete-user.ts'
import { linkSubject, unlinkSubject } from '#shared/users/link-subject.ts'
import { mergeUsers } from '#shared/users/merge-users.ts'
import { partDirectory } from '#shared/users/part-directory.ts'
import type { UserStore } from '#shared/users/ports.ts'
import { knownBy, type Of, showing, targetOf } from './calls.ts'
import { shown, shownSubject } from './schema.ts'

export async function create(
  store: UserStore,
  publicUrl: string,
  { orgId, body, actor, now, repeatable }: Of<'POST /orgs/{organization}/users'>,
): Promise<HttpResponse> {
  const { role, ...profile } = body
  const created = await createUser(store, {
    ...{ orgId, profile, role, act: { actor, at: now } },
    userId: repeatableId('usr', repeatable),
    callHash: repeatable?.callHash,
  })
  if (!created.ok) return refuse(created.error)
  const { user } = created.value
  const headers = { location: `${publicUrl}/orgs/${orgId}/users/${user.id}` }
  const known = await knownBy(store, orgId, user.id)
  return shown({ record: created.value, ...known, headers }, 201)
}

export async function subjects(
  store: UserStore,
  { orgId, ids }: Of<'GET /orgs/{organization}/users/{user}/subjects'>,
): Promise<HttpResponse> {
  const [record, found] = await Promise.all([
    store.find(orgId, ids.user),
    store.findSubjects(orgId, ids.user),
  ])
  return record ? json(200, { subjects: found.map(shownSubject) }) : refuse('user_unknown')
}

export async function link(
  store: UserStore,
  call: Of<'POST /orgs/{organization}/users/{user}/subjects'>,
): Promise<HttpResponse> {
  const { identityProvider: idpId, nameId, isAttribute } = call.body
  const linked = await linkSubject(store, targetOf(call), { idpId, nameId, isAttribute })
  return showing(store, linked, 201)
}

export async function unlink(
  store: UserStore,
  call: Of<'DELETE /orgs/{organization}/users/{user}/subjects/{subject}'>,
): Promise<HttpResponse> {
  const unlinked = await unlinkSubject(store, targetOf(call), call.ids.subject)
  return unlinked.ok ? respond(204, {}) : refuse(unlinked.error)
}

export async function part(
  store: UserStore,
  call: Of<'DELETE /orgs/{organization}/users/{user}/directories/{directory}'>,
): Promise<HttpResponse> {
  const parted = await partDirectory(store, targetOf(call), call.ids.directory)
  return parted.ok ? respond(204, {}) : refuse(parted.error)
}

export async function merge(
  store: UserStore,
  call: Of<'POST /orgs/{organization}/users/{user}/merge'>,
): Promise<HttpResponse> {
  return showing(store, await mergeUsers(store, targetOf(call), call.body.from))
}

/** What keeps somebody out, or from a product, without deleting them. */
const LIGHTER =
  'Lighter acts: POST …/suspend keeps the user out with all that they have; removing access takes a product from them. To delete, repeat with ?confirm=<address of the user>'

export async function remove(
  store: UserStore,
  call: Of<'DELETE /orgs/{organization}/users/{user}'>,
): Promise<HttpResponse> {
  const removed = await deleteUser(store, targetOf(call), call.query.confirm)
  if (removed.ok) return respond(204, {})
  const isUnconfirmed = removed.error === 'confirmation_missing'
  return refuse(removed.error, isUnconfirmed ? { detail: LIGHTER } : {})
}

export async function restore(
  store: UserStore,
  call: Of<'POST /orgs/{organization}/users/{user}/restore'>,
): Promise<HttpResponse> {
  return showing(store, await restoreUser(store, targetOf(call)))
}
