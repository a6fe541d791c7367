import type { AdminCall, CallOf } from '#shared/http/admin-endpoint.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json, respond } from '#shared/http/respond.ts'
import { activateProvider, deactivateProvider } from '#shared/idps/activate-provider.ts'
import type { Target } from '#shared/idps/change-provider.ts'
import { createProvider } from '#shared/idps/create-provider.ts'
import type { ProviderRefusal } from '#shared/idps/errors.ts'
import type { ProviderRecord, ProviderStore } from '#shared/idps/ports.ts'
import { readSource } from '#shared/idps/read-source.ts'
import { removeProvider } from '#shared/idps/remove-provider.ts'
import { changeSettings } from '#shared/idps/settings.ts'
import type { IdpId } from '#shared/ids.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import type { Result } from '#shared/result.ts'
import type { contract } from './contract.ts'
import { listed, previewed, shown } from './output.ts'
import { revision } from './schema.ts'

export type Ports = { store: ProviderStore; fetchDocument: FetchDocument; publicUrl: string }

/** A call by its route, with what the contract says is in it. */
export type CallTo<Key extends keyof typeof contract> = CallOf<(typeof contract)[Key]>

/** A call whose path names a provider. */
export type ProviderCall = AdminCall & { ids: { idp: IdpId } }

const refused = ({ cause, problems }: ProviderRefusal) => refuse(cause, { problems })

/** Runs a change of the provider of the path, and shows it as it is then. */
export async function changing(
  { publicUrl }: Ports,
  call: ProviderCall,
  run: (target: Target) => Promise<Result<ProviderRecord, ProviderRefusal>>,
): Promise<HttpResponse> {
  const changed = await run(targetOf(call))
  return changed.ok ? shown(changed.value, { publicUrl, now: call.now }) : refused(changed.error)
}

const targetOf = ({ orgId, ids, actor, now, seen, role }: ProviderCall): Target => ({
  orgId,
  idpId: ids.idp,
  act: { actor, at: now },
  seen,
  leavesActive: role === 'setup',
})

/** Answers with the provider of the path. */
export async function reading(
  { store }: Ports,
  { orgId, ids }: ProviderCall,
  answer: (record: ProviderRecord) => HttpResponse,
): Promise<HttpResponse> {
  const record = await store.find(orgId, ids.idp)
  return record ? answer(record) : refuse('provider_unknown')
}

export async function list(
  { store }: Ports,
  { orgId, query }: CallTo<'GET /orgs/{organization}/idps'>,
): Promise<HttpResponse> {
  const { limit, cursor: after } = query
  const { rows, next } = await store.list(orgId, { limit, ...(after && { after }) })
  return json(200, { identityProviders: rows.map(listed), ...(next && { next: cursorOf(next) }) })
}

export async function create(
  { store, fetchDocument, publicUrl }: Ports,
  { orgId, role, actor, now, body, repeatable }: CallTo<'POST /orgs/{organization}/idps'>,
): Promise<HttpResponse> {
  if (body.succeeds !== undefined && role === 'setup') return refuse('forbidden')
  const created = await createProvider(
    { store, fetchDocument },
    {
      ...body,
      orgId,
      publicUrl,
      act: { actor, at: now },
      answer: (record) => JSON.stringify(shown(record, { publicUrl, now }, 201)),
      ...(repeatable && { repeatable }),
    },
  )
  // The answer is one that this function made, now or when the call came first.
  return created.ok ? (JSON.parse(created.value) as HttpResponse) : refused(created.error)
}

export async function showPreview(
  { fetchDocument }: Ports,
  { body, now }: CallTo<'POST /orgs/{organization}/idps/preview'>,
): Promise<HttpResponse> {
  const read = await readSource(body.source, fetchDocument, now)
  return read.ok
    ? json(200, previewed(read.value, now))
    : refuse('source_refused', { problems: read.error })
}

export const show = (ports: Ports, call: ProviderCall) =>
  reading(ports, call, (record) => shown(record, { ...ports, now: call.now }))

export function patch(ports: Ports, call: CallTo<'PATCH /orgs/{organization}/idps/{idp}'>) {
  const { store, publicUrl } = ports
  const change = { revise: revision(call.body), publicUrl }
  return changing(ports, call, (target) => changeSettings(store, target, change))
}

export const activate = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => activateProvider(ports.store, target))

export const deactivate = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => deactivateProvider(ports.store, target))

export async function remove(
  { store }: Ports,
  call: CallTo<'DELETE /orgs/{organization}/idps/{idp}'>,
): Promise<HttpResponse> {
  const removed = await removeProvider(store, targetOf(call), call.query.confirm)
  return removed.ok ? respond(204, {}) : refused(removed.error)
}
