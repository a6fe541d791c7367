import { readBody, readQuery } from '#shared/http/admin-body.ts'
import { type AdminCall, forbidden } from '#shared/http/admin-endpoint.ts'
import { readIdempotencyKey } from '#shared/http/idempotency-key.ts'
import { readIfMatch } from '#shared/http/preconditions.ts'
import { providerProblem } from '#shared/http/provider-problem.ts'
import { type HttpResponse, json, respond } from '#shared/http/respond.ts'
import { activateProvider, deactivateProvider } from '#shared/idps/activate-provider.ts'
import type { Target } from '#shared/idps/change-provider.ts'
import { createProvider } from '#shared/idps/create-provider.ts'
import type { ProviderRefusal } from '#shared/idps/errors.ts'
import type { ProviderRecord, ProviderStore } from '#shared/idps/ports.ts'
import { readSource } from '#shared/idps/read-source.ts'
import { removeProvider } from '#shared/idps/remove-provider.ts'
import { changeSettings } from '#shared/idps/settings.ts'
import { isIdpId } from '#shared/ids.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import type { Result } from '#shared/result.ts'
import { listed, previewed, shown } from './output.ts'
import { Creation, Paging, revision, SettingsPatch, SourceBody } from './schema.ts'

export type Ports = { store: ProviderStore; fetchDocument: FetchDocument; publicUrl: string }

export type Call = (ports: Ports, call: AdminCall) => Promise<HttpResponse>

export const unknown = providerProblem({ cause: 'provider_unknown' })

/** Runs a change of the provider of the path, and shows it as it is then. */
export async function changing(
  { publicUrl }: Ports,
  call: AdminCall,
  run: (target: Target) => Promise<Result<ProviderRecord, ProviderRefusal>>,
  isTagRequired = false,
): Promise<HttpResponse> {
  const target = targetOf(call, isTagRequired)
  if (!('orgId' in target)) return target
  const changed = await run(target)
  return changed.ok
    ? shown(changed.value, { publicUrl, now: call.now })
    : providerProblem(changed.error)
}

function targetOf(call: AdminCall, isTagRequired = false): Target | HttpResponse {
  const { request, orgId, key, actor, now } = call
  const idpId = request.pathParameter('idp') ?? ''
  if (!isIdpId(idpId)) return unknown
  const seen = readIfMatch(request, isTagRequired)
  if (!seen.ok) return seen.error
  const leavesActive = key.role === 'setup'
  return { orgId, idpId, act: { actor, at: now }, seen: seen.value, leavesActive }
}

/** Answers with the provider of the path. */
export async function reading(
  { store }: Ports,
  { request, orgId }: AdminCall,
  answer: (record: ProviderRecord) => HttpResponse,
): Promise<HttpResponse> {
  const idpId = request.pathParameter('idp') ?? ''
  const record = isIdpId(idpId) ? await store.find(orgId, idpId) : undefined
  return record ? answer(record) : unknown
}

export const list: Call = async ({ store }, { request, orgId }) => {
  const paging = readQuery(request, Paging)
  if (!paging.ok) return paging.error
  const { limit, cursor: after } = paging.value
  const { rows, next } = await store.list(orgId, { limit, ...(after && { after }) })
  return json(200, { identityProviders: rows.map(listed), ...(next && { next }) })
}

export const create: Call = async ({ store, fetchDocument, publicUrl }, call) => {
  const { request, orgId, key, actor, now } = call
  const body = readBody(request, Creation)
  if (!body.ok) return body.error
  if (body.value.succeeds !== undefined && key.role !== 'admin') return forbidden
  const repeatable = readIdempotencyKey(request, key.id)
  if (!repeatable.ok) return repeatable.error
  const created = await createProvider(
    { store, fetchDocument },
    {
      ...body.value,
      orgId,
      publicUrl,
      act: { actor, at: now },
      answer: (record) => JSON.stringify(shown(record, { publicUrl, now }, 201)),
      ...(repeatable.value && { repeatable: repeatable.value }),
    },
  )
  // The answer is one that this function made, now or when the call came first.
  return created.ok ? (JSON.parse(created.value) as HttpResponse) : providerProblem(created.error)
}

export const showPreview: Call = async ({ fetchDocument }, { request, now }) => {
  const body = readBody(request, SourceBody)
  if (!body.ok) return body.error
  const read = await readSource(body.value.source, fetchDocument, now)
  return read.ok
    ? json(200, previewed(read.value, now))
    : providerProblem({ cause: 'source_refused', problems: read.error })
}

export const show: Call = (ports, call) =>
  reading(ports, call, (record) => shown(record, { ...ports, now: call.now }))

export const patch: Call = async (ports, call) => {
  const body = readBody(call.request, SettingsPatch)
  if (!body.ok) return body.error
  const { store, publicUrl } = ports
  const change = { revise: revision(body.value), publicUrl }
  return changing(ports, call, (target) => changeSettings(store, target, change), true)
}

export const activate: Call = (ports, call) =>
  changing(ports, call, (target) => activateProvider(ports.store, target))

export const deactivate: Call = (ports, call) =>
  changing(ports, call, (target) => deactivateProvider(ports.store, target))

export const remove: Call = async ({ store }, call) => {
  const target = targetOf(call)
  if (!('orgId' in target)) return target
  const confirmation = call.request.query.get('confirm') ?? undefined
  const removed = await removeProvider(store, target, confirmation)
  return removed.ok ? respond(204, {}) : providerProblem(removed.error)
}
