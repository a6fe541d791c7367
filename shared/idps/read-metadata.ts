import { fail, ok, type Result } from '../result.ts'
import { parseDateTime } from '../saml/date-time.ts'
import { type Refusal, refusal, type XmlCause } from '../saml/errors.ts'
import { attributeOf, childrenNamed, leafText, type XmlElement } from '../saml/xml-tree.ts'
import { isoTime } from '../time.ts'
import { endpointWarnings } from './endpoint-warnings.ts'
import { MAX_ENTITY_ID, type MetadataDocument } from './metadata-document.ts'
import { readServices } from './metadata-endpoints.ts'
import { type FoundProvider, findProvider, METADATA_NAMESPACE } from './metadata-entity.ts'
import { readSigningKeys } from './metadata-keys.ts'
import { scanMetadata } from './metadata-xml.ts'
import { parseDuration } from './saml-duration.ts'
import type { CertificateCause } from './signing-key.ts'
import type { Connection } from './types.ts'

/** Why a document is no metadata of a provider that can sign people in. */
export type MetadataCause =
  | XmlCause
  | CertificateCause
  | 'metadata_entity_missing'
  | 'metadata_entity_id'
  | 'metadata_idp_missing'
  | 'metadata_several_providers'
  | 'metadata_expired'
  | 'metadata_valid_until'
  | 'metadata_sign_on_missing'
  | 'metadata_sign_on_url'
  | 'metadata_logout_url'
  | 'metadata_signing_key_missing'
  | 'metadata_too_many_keys'

type Read<T> = Result<T, Refusal<MetadataCause>>

/**
 * Reads the metadata of one identity provider. A signature on it is not looked at: whoever hands
 * the document over vouches for it, an admin for a file, TLS for what is fetched.
 *
 * Source: SAML Metadata 2.0 §2.3 (entities), §2.4.3 (IDPSSODescriptor).
 *
 * @param now epoch seconds
 */
export function readMetadata(bytes: Buffer, now: number): Read<MetadataDocument> {
  const scanned = scanMetadata(bytes)
  if (!scanned.ok) return scanned
  const found = findProvider(scanned.value)
  if (!found.ok) return found
  const validity = readValidity(found.value, now)
  if (!validity.ok) return validity
  const { entity, role } = found.value
  const entityId = attributeOf(entity, 'entityID')?.trim() ?? ''
  if (entityId === '' || entityId.length > MAX_ENTITY_ID) return fail(refusal('metadata_entity_id'))
  const services = readServices(role)
  if (!services.ok) return services
  const keys = readSigningKeys(role)
  if (!keys.ok) return keys
  const { singleSignOn, singleLogout } = services.value
  const [logout] = singleLogout
  const connection: Connection = {
    entityId,
    singleSignOn: singleSignOn[0],
    ...(logout && { singleLogout: logout }),
    signingKeys: keys.value.signingKeys,
    wantsSignedRequests: isTrue(attributeOf(role, 'WantAuthnRequestsSigned')),
  }
  return ok({
    connection,
    singleSignOnServices: singleSignOn,
    singleLogoutServices: singleLogout,
    ...validity.value,
    nameIdFormats: nameIdFormats(role),
    ...organizationName(entity),
    warnings: [...endpointWarnings(connection), ...keys.value.warnings],
  })
}

type Validity = Pick<MetadataDocument, 'validUntil' | 'cacheDuration'>

/** What is said of a list, its entity and its role holds for the role, so the strictest wins. */
function readValidity({ around, entity, role }: FoundProvider, now: number): Read<Validity> {
  const elements = [...around, entity, role]
  const times = elements.flatMap((element) => attributeOf(element, 'validUntil')?.trim() ?? [])
  const ends: number[] = []
  for (const time of times) {
    const end = parseDateTime(time)
    if (end === undefined) return fail(refusal('metadata_valid_until', { got: time }))
    ends.push(end)
  }
  const validUntil = earliest(ends)
  if (validUntil !== undefined && validUntil <= now) {
    return fail(refusal('metadata_expired', { got: isoTime(validUntil), want: isoTime(now) }))
  }
  // Only advice: one that cannot be read is passed over.
  const cacheDuration = earliest(
    elements.flatMap(
      (element) => parseDuration(attributeOf(element, 'cacheDuration')?.trim() ?? '') ?? [],
    ),
  )
  return ok({
    ...(validUntil !== undefined && { validUntil }),
    ...(cacheDuration !== undefined && { cacheDuration }),
  })
}

const earliest = (values: readonly number[]) =>
  values.length > 0 ? Math.min(...values) : undefined

const isTrue = (text: string | undefined) => text?.trim() === 'true' || text?.trim() === '1'

const MAX_FORMATS = 20
const MAX_NAME = 256

const textsOf = (parent: XmlElement, name: string): readonly string[] =>
  childrenNamed(parent, METADATA_NAMESPACE, name)
    .map((element) => leafText(element)?.trim() ?? '')
    .filter((text) => text !== '' && text.length <= MAX_NAME)

const nameIdFormats = (role: XmlElement) =>
  [...new Set(textsOf(role, 'NameIDFormat'))].slice(0, MAX_FORMATS)

/** For people to recognize it by, whatever the language (SAML Metadata 2.0 §2.3.2.1). */
function organizationName(entity: XmlElement): Pick<MetadataDocument, 'organizationName'> {
  const [organization] = childrenNamed(entity, METADATA_NAMESPACE, 'Organization')
  if (!organization) return {}
  const [display] = textsOf(organization, 'OrganizationDisplayName')
  const [name = display] = textsOf(organization, 'OrganizationName')
  const shown = display ?? name
  return shown === undefined ? {} : { organizationName: shown }
}
