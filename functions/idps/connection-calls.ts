import { readBody, readQuery } from '#shared/http/admin-body.ts'
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
import { type Call, changing, reading } from './provider-calls.ts'
import { CertificateBody, GuideQuery, SourceBody } from './schema.ts'

export const replace: Call = async (ports, call) => {
  const body = readBody(call.request, SourceBody)
  if (!body.ok) return body.error
  const reading = { source: body.value.source, fetchDocument: ports.fetchDocument }
  return changing(ports, call, (target) => replaceConnection(ports.store, target, reading), true)
}

export const restore: Call = (ports, call) =>
  changing(ports, call, (target) => restoreConnection(ports.store, target), true)

export const apply: Call = (ports, call) =>
  changing(ports, call, (target) => applyParked(ports.store, target), true)

export const discard: Call = (ports, call) =>
  changing(ports, call, (target) => discardParked(ports.store, target))

export const refresh: Call = (ports, call) =>
  changing(ports, call, (target) => refreshProvider(ports, target))

export const addKey: Call = async (ports, call) => {
  const body = readBody(call.request, CertificateBody)
  if (!body.ok) return body.error
  const { certificate } = body.value
  return changing(ports, call, (target) => addCertificate(ports.store, target, certificate))
}

export const removeKey: Call = (ports, call) => {
  const fingerprint = call.request.pathParameter('fingerprint')?.toLowerCase() ?? ''
  return changing(ports, call, (target) => removeCertificate(ports.store, target, fingerprint))
}

/** What to enter at the provider: who we are to it, and who it was told that we are. */
export const identifiers: Call = (ports, call) =>
  reading(ports, call, ({ idp }) => {
    const task = pendingTask(idp, ports.publicUrl)
    return json(200, {
      present: identity(presentIdentity(idp, ports.publicUrl)),
      ...(task && { former: identity(task.former) }),
    })
  })

/** The same before there is a provider. */
export const newIdentifiers: Call = async ({ publicUrl }, { request, orgId }) => {
  const query = readQuery(request, GuideQuery)
  if (!query.ok) return query.error
  const { identifiers: scope = 'shared' } = query.value
  return json(200, { present: identity(presentIdentity({ identifiers: scope, orgId }, publicUrl)) })
}

/** Much text that most calls do not need. */
const loadGuides = () => import('#shared/idps/guides.ts')

export const guide: Call = async (ports, call) => {
  const query = readQuery(call.request, GuideQuery)
  if (!query.ok) return query.error
  const { setupGuide } = await loadGuides()
  return reading(ports, call, ({ idp }) => {
    const { kind = idp.kind ?? 'other', identifiers: scope = idp.identifiers } = query.value
    const us = presentIdentity({ identifiers: scope, orgId: idp.orgId }, ports.publicUrl)
    return json(200, setupGuide(kind, identity(us)))
  })
}

export const newGuide: Call = async ({ publicUrl }, { request, orgId }) => {
  const query = readQuery(request, GuideQuery)
  if (!query.ok) return query.error
  const { kind = 'other', identifiers: scope = 'shared' } = query.value
  const us = presentIdentity({ identifiers: scope, orgId }, publicUrl)
  const { setupGuide } = await loadGuides()
  return json(200, setupGuide(kind, identity(us)))
}

export const listTasks: Call = (ports, call) =>
  reading(ports, call, ({ idp }) => json(200, { tasks: tasks(idp, ports.publicUrl) }))

export const finishTask: Call = (ports, call) => {
  const task = call.request.pathParameter('task') ?? ''
  const { store, publicUrl } = ports
  return changing(ports, call, (target) => completeTask(store, target, { task, publicUrl }))
}
