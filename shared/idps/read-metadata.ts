import { isUtf8 } from 'node:buffer'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal, type XmlCause } from '../saml/errors.ts'
import { ns } from '../saml/namespaces.ts'
import { scanXml } from '../saml/scan.ts'
import { XmlError } from '../saml/xml-error.ts'
import {
  attributeOf,
  childrenNamed,
  isElement,
  leafText,
  onlyChild,
  type XmlElement,
} from '../saml/xml-tree.ts'
import { type CertificateCause, readCertificate } from './signing-key.ts'
import type { SigningKey } from './types.ts'

/** What a provider's metadata says that a sign-in needs. */
export type ProviderMetadata = {
  entityId: string
  /** Of the HTTP-Redirect binding; http or https. */
  singleSignOnUrl: string
  /** In the order of the document, each once. */
  signingKeys: readonly SigningKey[]
}

type MetadataCause =
  | XmlCause
  | CertificateCause
  | 'metadata_entity_missing'
  | 'metadata_entity_id'
  | 'metadata_idp_missing'
  | 'metadata_redirect_missing'
  | 'metadata_sign_on_url'
  | 'metadata_signing_key_missing'

type Read<T> = Result<T, Refusal<MetadataCause>>

/** Largest document that is read, in bytes (R8). */
export const METADATA_LIMIT = 1024 * 1024

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/**
 * Reads the metadata of one identity provider. A signature on it is not looked at: whoever hands
 * the document over vouches for it.
 *
 * Source: SAML Metadata 2.0 §2.3.2 (EntityDescriptor), §2.4.1.1 (KeyDescriptor), §2.4.3
 * (IDPSSODescriptor).
 */
export function readMetadata(bytes: Buffer): Read<ProviderMetadata> {
  const scanned = scan(bytes)
  if (!scanned.ok) return scanned
  const entity = entityOf(scanned.value)
  if (!entity) return fail(refusal('metadata_entity_missing', { got: scanned.value.local }))
  const entityId = attributeOf(entity, 'entityID')?.trim() ?? ''
  if (entityId === '' || entityId.length > MAX_ENTITY_ID) return fail(refusal('metadata_entity_id'))
  const descriptor = providerOf(entity)
  if (!descriptor) return fail(refusal('metadata_idp_missing', { want: 'one IDPSSODescriptor' }))
  const singleSignOnUrl = readSignOnUrl(descriptor)
  if (!singleSignOnUrl.ok) return singleSignOnUrl
  const signingKeys = readSigningKeys(descriptor)
  if (!signingKeys.ok) return signingKeys
  return ok({ entityId, singleSignOnUrl: singleSignOnUrl.value, signingKeys: signingKeys.value })
}

/** SAML Core 2.0 §8.3.6. */
const MAX_ENTITY_ID = 1024

function scan(bytes: Buffer): Read<XmlElement> {
  if (bytes.length > METADATA_LIMIT) return fail(refusal('xml_too_large'))
  if (!isUtf8(bytes)) return fail(refusal('xml_not_utf8'))
  try {
    return ok(scanXml(Buffer.from(withoutComments(bytes.toString('utf8')))).root)
  } catch (error) {
    if (error instanceof XmlError) return fail(refusal(error.xmlCause, { got: error.message }))
    throw error
  }
}

const DECLARATION = /^\uFEFF?<\?xml\s[^>]*>/
const COMMENT = /<!--(?:[^-]|-[^-])*-->/
const INSTRUCTION = /<\?(?!xml[\s?])[\s\S]*?\?>/
const TAG = /<(?![!?])(?:[^<>"']|"[^<"]*"|'[^<']*')*>/
const TEXT = /[^<]+/
const TOKENS = new RegExp(
  `(${COMMENT.source}|${INSTRUCTION.source})|${TAG.source}|${TEXT.source}`,
  'gy',
)

/**
 * Takes out comments and processing instructions, which metadata of providers may have and our
 * scanner refuses. It goes from token to token, so that nothing is taken out of a tag; DOCTYPE and
 * CDATA, which could hide a comment's delimiters, are none.
 */
function withoutComments(xml: string): string {
  const [declaration = ''] = DECLARATION.exec(xml) ?? []
  const rest = xml.slice(declaration.length)
  const kept = [declaration]
  let end = 0
  for (const match of rest.matchAll(TOKENS)) {
    const [token, omitted] = match
    end = match.index + token.length
    if (omitted === undefined) kept.push(token)
  }
  if (end === rest.length) return kept.join('')
  const isForbidden = /^<[!?]/.test(rest.slice(end, end + 2))
  throw new XmlError(
    isForbidden ? 'xml_forbidden_construct' : 'xml_not_well_formed',
    rest.slice(end, end + 20),
  )
}

/** The entity, also as the only one of a list: some providers publish it so. */
function entityOf(root: XmlElement): XmlElement | undefined {
  if (isElement(root, METADATA, 'EntityDescriptor')) return root
  const isList = isElement(root, METADATA, 'EntitiesDescriptor')
  return isList ? onlyChild(root, METADATA, 'EntityDescriptor') : undefined
}

/** The one role that speaks SAML 2.0; a provider may have another one for SAML 1.1. */
function providerOf(entity: XmlElement): XmlElement | undefined {
  const [found, ...others] = childrenNamed(entity, METADATA, 'IDPSSODescriptor').filter((role) =>
    attributeOf(role, 'protocolSupportEnumeration')?.split(/\s+/).includes(ns.protocol),
  )
  return others.length === 0 ? found : undefined
}

function readSignOnUrl(descriptor: XmlElement): Read<string> {
  const service = childrenNamed(descriptor, METADATA, 'SingleSignOnService').find(
    (one) => attributeOf(one, 'Binding') === REDIRECT_BINDING,
  )
  if (!service) return fail(refusal('metadata_redirect_missing', { want: REDIRECT_BINDING }))
  const location = attributeOf(service, 'Location')?.trim() ?? ''
  const isUrl = /^https?:\/\//i.test(location) && URL.canParse(location)
  return isUrl ? ok(location) : fail(refusal('metadata_sign_on_url', { got: location }))
}

function readSigningKeys(descriptor: XmlElement): Read<readonly SigningKey[]> {
  const keys = new Map<string, SigningKey>()
  for (const text of signingCertificates(descriptor)) {
    const key = readCertificate(text)
    if (!key.ok) return key
    keys.set(key.value.fingerprint, key.value)
  }
  return keys.size > 0 ? ok([...keys.values()]) : fail(refusal('metadata_signing_key_missing'))
}

/** A descriptor without `use` is for signing and encryption (SAML Metadata 2.0 §2.4.1.1). */
const signingCertificates = (descriptor: XmlElement): readonly string[] =>
  childrenNamed(descriptor, METADATA, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenNamed(key, ns.signature, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, ns.signature, 'X509Data'))
    .flatMap(firstCertificate)

/** What follows the first certificate can only be its issuers, whose keys sign no assertion. */
function firstCertificate(x509: XmlElement): readonly string[] {
  const [certificate] = childrenNamed(x509, ns.signature, 'X509Certificate')
  return certificate ? [leafText(certificate) ?? ''] : []
}
