import { entityTag } from '#shared/http/preconditions.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import { revisionOf } from '#shared/idps/change-provider.ts'
import { connectionOf } from '#shared/idps/connections.ts'
import { diffConnections } from '#shared/idps/diff-connections.ts'
import { endpointWarnings } from '#shared/idps/endpoint-warnings.ts'
import { pendingTask } from '#shared/idps/known-as.ts'
import type { MetadataDocument } from '#shared/idps/metadata-document.ts'
import type { ListedProvider, ProviderRecord } from '#shared/idps/ports.ts'
import {
  type CertificatePreview,
  certificatePreview,
  connectionWarnings,
  preview,
} from '#shared/idps/preview.ts'
import { settingsOf } from '#shared/idps/settings.ts'
import type { Connection, IdentityProvider } from '#shared/idps/types.ts'
import type { ServiceProvider } from '#shared/sign-in/service-provider.ts'
import { isoTime } from '#shared/time.ts'

/** Wire forms of the administration API: times are ISO 8601, keys are certificates. */

const certificate = ({ notBefore, notAfter, ...rest }: CertificatePreview) => ({
  ...rest,
  ...(notBefore !== undefined && { notBefore: isoTime(notBefore) }),
  notAfter: isoTime(notAfter),
})

const connection = ({ signingKeys, ...rest }: Connection, now: number) => ({
  ...rest,
  certificates: signingKeys.map((key) => certificate(certificatePreview(key, now))),
})

/** What an admin enters at the provider; our entity IDs are addresses of our metadata (R10). */
export const identity = (us: ServiceProvider) => ({ ...us, metadataUrl: us.entityId })

export function tasks(idp: IdentityProvider, publicUrl: string) {
  const task = pendingTask(idp, publicUrl)
  if (!task) return []
  const { id, former, present } = task
  return [{ id, former: identity(former), present: identity(present) }]
}

/** @param now epoch seconds */
function provider(record: ProviderRecord, publicUrl: string, now: number) {
  const { idp, management, createdAt } = record
  const { source, refreshedAt, refreshCause, previous, parked } = management
  const current = connectionOf(idp)
  return {
    id: idp.id,
    organization: idp.orgId,
    state: idp.state,
    createdAt: isoTime(createdAt),
    loginUrl: `${publicUrl}/saml/idps/${idp.id}/login`,
    settings: settingsOf(idp),
    verifiedDomains: idp.verifiedDomains,
    connection: connection(current, now),
    source,
    refresh: {
      ...(refreshedAt !== undefined && { at: isoTime(refreshedAt) }),
      ...(refreshCause !== undefined && { cause: refreshCause }),
    },
    ...(previous && { previous: connection(previous, now) }),
    ...(parked && {
      parked: {
        foundAt: isoTime(parked.foundAt),
        differences: diffConnections(current, parked.connection),
        connection: connection(parked.connection, now),
      },
    }),
    warnings: warnings(record, now),
    tasks: tasks(idp, publicUrl),
  }
}

const warnings = ({ idp, management }: ProviderRecord, now: number) => [
  ...endpointWarnings(idp),
  ...connectionWarnings(idp, now),
  ...(idp.allowsSha1 ? [{ code: 'sha1_allowed' }] : []),
  ...(idp.verifiedDomains.length === 0 ? [{ code: 'no_verified_domain' }] : []),
  ...(management.refreshCause === undefined
    ? []
    : [{ code: 'refresh_failed', got: management.refreshCause }]),
  ...(management.parked ? [{ code: 'change_parked' }] : []),
]

/** The answer that shows a provider as it is now, with the tag that a change of it has to name. */
export const shown = (
  record: ProviderRecord,
  { publicUrl, now }: { publicUrl: string; now: number },
  status: 200 | 201 = 200,
): HttpResponse =>
  json(status, provider(record, publicUrl, now), {
    etag: entityTag(revisionOf(record)),
    ...(status === 201 && {
      location: `${publicUrl}/orgs/${record.idp.orgId}/idps/${record.idp.id}`,
    }),
  })

export const listed = ({ id, name, state, kind, entityId }: ListedProvider) => ({
  id,
  name,
  state,
  kind,
  entityId,
})

/** "This is what we read" (R7). */
export function previewed(document: MetadataDocument, now: number) {
  const { certificates, validUntil, ...rest } = preview(document, now)
  return {
    ...rest,
    ...(validUntil !== undefined && { validUntil: isoTime(validUntil) }),
    certificates: certificates.map(certificate),
  }
}
