import { json } from '#shared/http/respond.ts'
import { addCertificate, removeCertificate } from '#shared/idps/certificates.ts'
import {
  applyParked,
  discardParked,
  replaceConnection,
  restoreConnection,
} from '#shared/idps/connections.ts'
import { completeTask, pendingTask, presentIdentity } from '#shared/idps/known-as.ts'
import { refreshProvider } from '#shared/idps/refresh-provider.ts'
import { identity, tasks } from './output.ts'
import { type CallTo, changing, type Ports, type ProviderCall, reading } from './provider-calls.ts'

export function replace(
  ports: Ports,
  call: CallTo<'PUT /orgs/{organization}/idps/{idp}/connection'>,
) {
  const reading = { source: call.body.source, fetchDocument: ports.fetchDocument }
  return changing(ports, call, (target) => replaceConnection(ports.store, target, reading))
}

export const restore = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => restoreConnection(ports.store, target))

export const apply = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => applyParked(ports.store, target))

export const discard = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => discardParked(ports.store, target))

export const refresh = (ports: Ports, call: ProviderCall) =>
  changing(ports, call, (target) => refreshProvider(ports, target))

export function addKey(
  ports: Ports,
  call: CallTo<'POST /orgs/{organization}/idps/{idp}/certificates'>,
) {
  const { certificate } = call.body
  return changing(ports, call, (target) => addCertificate(ports.store, target, certificate))
}

export function removeKey(ports: Ports, call: ProviderCall) {
  const fingerprint = call.request.pathParameter('fingerprint')?.toLowerCase() ?? ''
  return changing(ports, call, (target) => removeCertificate(ports.store, target, fingerprint))
}

/** What to enter at the provider: who we are to it, and who it was told that we are. */
export const identifiers = (ports: Ports, call: ProviderCall) =>
  reading(ports, call, ({ idp }) => {
    const task = pendingTask(idp, ports.publicUrl)
    return json(200, {
      present: identity(presentIdentity(idp, ports.publicUrl)),
      ...(task && { former: identity(task.former) }),
    })
  })

/** The same before there is a provider. */
export async function newIdentifiers(
  { publicUrl }: Ports,
  { orgId, query }: CallTo<'GET /orgs/{organization}/idps/identifiers'>,
) {
  const { identifiers: scope = 'shared' } = query
  return json(200, { present: identity(presentIdentity({ identifiers: scope, orgId }, publicUrl)) })
}

/** Much text that most calls do not need. */
const loadGuides = () => import('#shared/idps/guides.ts')

export async function guide(
  ports: Ports,
  call: CallTo<'GET /orgs/{organization}/idps/{idp}/guide'>,
) {
  const { setupGuide } = await loadGuides()
  return reading(ports, call, ({ idp }) => {
    const { kind = idp.kind ?? 'other', identifiers: scope = idp.identifiers } = call.query
    const us = presentIdentity({ identifiers: scope, orgId: idp.orgId }, ports.publicUrl)
    return json(200, setupGuide(kind, identity(us)))
  })
}

export async function newGuide(
  { publicUrl }: Ports,
  { orgId, query }: CallTo<'GET /orgs/{organization}/idps/guide'>,
) {
  const { kind = 'other', identifiers: scope = 'shared' } = query
  const us = presentIdentity({ identifiers: scope, orgId }, publicUrl)
  const { setupGuide } = await loadGuides()
  return json(200, setupGuide(kind, identity(us)))
}

export const listTasks = (ports: Ports, call: ProviderCall) =>
  reading(ports, call, ({ idp }) => json(200, { tasks: tasks(idp, ports.publicUrl) }))

export function finishTask(ports: Ports, call: ProviderCall) {
  const task = call.request.pathParameter('task') ?? ''
  const { store, publicUrl } = ports
  return changing(ports, call, (target) => completeTask(store, target, { task, publicUrl }))
}
