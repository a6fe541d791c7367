import type { KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { signatureMethodOf } from './algorithms.ts'
import { idsOf } from './check-structure.ts'
import { parseDateTime } from './date-time.ts'
import { type Refusal, refusal, type SignatureCause, type XmlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import type { QuerySignature } from './read-redirect.ts'
import { scanXml, type XmlDocument } from './scan.ts'
import { isSignedBy } from './signature-value.ts'
import { isIssuer } from './validate-envelope.ts'
import { verifySignature } from './verify-signature.ts'
import { XmlError } from './xml-error.ts'
import { attributeOf, isElement, leafText, type XmlElement } from './xml-tree.ts'

/** Why a message of single logout is refused, its XML and its signature aside. */
export type LogoutMessageCause =
  | 'logout_malformed'
  | 'logout_duplicate_id'
  | 'logout_version'
  | 'logout_destination'
  | 'logout_issuer'
  | 'logout_time_malformed'
  | 'logout_from_the_future'
  | 'logout_expired'
  | 'logout_name_id'
  | 'logout_name_id_encrypted'
  | 'logout_session_index'
  | 'logout_in_response_to'
  | 'logout_status'

export type LogoutRefusal = Refusal<XmlCause | SignatureCause | LogoutMessageCause>

/** A message as it came: with its signature inside (POST) or beside it (Redirect). */
export type UnverifiedMessage =
  | { binding: 'post'; bytes: Buffer }
  | { binding: 'redirect'; bytes: Buffer; signature: QuerySignature | undefined }

type Destination = { entityId: string; sloUrl: string }

/** What a message must say to be one for us, now. All comparisons are to the letter. */
export type LogoutExpectations = {
  /** Entity ID of the identity provider. */
  issuer: string
  /** Public keys of the identity provider, from its configuration. */
  keys: readonly KeyObject[]
  allowsSha1: boolean
  /** Whom the provider may take us for; not empty. */
  serviceProviders: readonly Destination[]
  clockSkewSeconds: number
  /** Epoch seconds. */
  now: number
}

/** A message that its provider signed as a whole, lately, for us. */
export type VerifiedMessage = {
  /** Root of the verified bytes: the only place that anything is read from. */
  root: XmlElement
  id: string
  /** Epoch seconds, by the provider's clock. */
  issueInstant: number
  /** Whom it was sent to. */
  serviceProvider: Destination
  keyIndex: number
  usesSha1: boolean
}

type Signed = Pick<VerifiedMessage, 'root' | 'keyIndex' | 'usesSha1'>

/** For how long a message may travel; ID and IssueInstant make it good once (ADR 2). */
export const MESSAGE_LIFETIME_SECONDS = 300

/**
 * Verifies a message of single logout. The root is what must be signed: a signature anywhere else,
 * on a captured assertion for instance, is refused rather than looked at.
 *
 * Source: SAML Profiles 2.0 §4.4.3.1, §4.4.4 (messages must be signed); SAML Core 2.0 §3.2.1, §5;
 * SAML Bindings 2.0 §3.4.5.2, §3.5.5.2 (Destination); tngan/samlify#634.
 */
export function verifyLogoutMessage(
  message: UnverifiedMessage,
  kind: 'LogoutRequest' | 'LogoutResponse',
  expected: LogoutExpectations,
): Result<VerifiedMessage, LogoutRefusal> {
  try {
    const document = scanXml(message.bytes)
    const refused = refuseStructure(document, kind, message.binding)
    if (refused) return fail(refused)
    const signed =
      message.binding === 'post'
        ? verifyEnveloped(document.root, expected)
        : verifyQuery(document.root, message.signature, expected)
    return signed.ok ? validateEnvelope(signed.value, expected) : signed
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return fail(refusal(error.xmlCause, { got: error.message }))
  }
}

/** What the root is, unique IDs, and no signature but that of a posted message, behind its Issuer. */
function refuseStructure(
  { root, elements }: XmlDocument,
  kind: string,
  binding: UnverifiedMessage['binding'],
): LogoutRefusal | undefined {
  if (!isElement(root, ns.protocol, kind)) {
    return refusal('logout_malformed', { got: root.local, want: kind })
  }
  const ids = new Set<string>()
  for (const element of elements) {
    for (const id of idsOf(element)) {
      if (ids.has(id)) return refusal('logout_duplicate_id', { got: id })
      ids.add(id)
    }
    if (!isElement(element, ns.signature, 'Signature')) continue
    const isInPlace = binding === 'post' && element === root.children[1]
    if (!isInPlace) return refusal('signature_misplaced', { got: element.parent?.local })
  }
  return undefined
}

function verifyEnveloped(
  root: XmlElement,
  { keys, allowsSha1 }: LogoutExpectations,
): Result<Signed, LogoutRefusal> {
  const [, signature] = root.children
  if (!signature || !isElement(signature, ns.signature, 'Signature')) {
    return fail(refusal('signature_missing'))
  }
  const verified = verifySignature(root, signature, keys, { allowsSha1 })
  if (!verified.ok) return verified
  const { bytes, keyIndex, usesSha1 } = verified.value
  return ok({ root: scanXml(bytes).root, keyIndex, usesSha1 })
}

/** The signature is over the encoded message, so the bytes that were scanned are the signed ones. */
function verifyQuery(
  root: XmlElement,
  signature: QuerySignature | undefined,
  { keys, allowsSha1 }: LogoutExpectations,
): Result<Signed, LogoutRefusal> {
  if (!signature) return fail(refusal('signature_missing'))
  const { algorithm, octets, value } = signature
  const method = signatureMethodOf(algorithm, { allowsSha1 })
  if (!method) return fail(refusal('signature_algorithm', { got: algorithm }))
  const keyIndex = keys.findIndex((key) => isSignedBy(key, method, octets, value))
  if (keyIndex < 0) return fail(refusal('signature_invalid'))
  return ok({ root, keyIndex, usesSha1: method.hash === 'sha1' })
}

function validateEnvelope(
  signed: Signed,
  expected: LogoutExpectations,
): Result<VerifiedMessage, LogoutRefusal> {
  const { root } = signed
  const version = attributeOf(root, 'Version')
  if (version !== '2.0') return fail(refusal('logout_version', { got: version, want: '2.0' }))
  const id = attributeOf(root, 'ID')
  if (!id) return fail(refusal('logout_malformed', { want: 'ID' }))
  const [issuer] = root.children
  const isIssuerElement = issuer !== undefined && isElement(issuer, ns.assertion, 'Issuer')
  if (!isIssuerElement || !isIssuer(issuer, expected.issuer)) {
    return fail(
      refusal('logout_issuer', { got: issuer && leafText(issuer), want: expected.issuer }),
    )
  }
  const destination = attributeOf(root, 'Destination')
  const us = expected.serviceProviders.find(({ sloUrl }) => sloUrl === destination)
  if (!us) {
    const want = expected.serviceProviders[0]?.sloUrl
    return fail(refusal('logout_destination', { got: destination, want }))
  }
  const issueInstant = readIssueInstant(root, expected)
  return issueInstant.ok
    ? ok({ ...signed, id, issueInstant: issueInstant.value, serviceProvider: us })
    : issueInstant
}

function readIssueInstant(
  root: XmlElement,
  { now, clockSkewSeconds }: LogoutExpectations,
): Result<number, LogoutRefusal> {
  const got = attributeOf(root, 'IssueInstant')
  const issued = parseDateTime(got ?? '')
  if (issued === undefined) return fail(refusal('logout_time_malformed', { got }))
  if (issued > now + clockSkewSeconds) return fail(refusal('logout_from_the_future', { got }))
  const isLate = now >= issued + MESSAGE_LIFETIME_SECONDS + clockSkewSeconds
  return isLate ? fail(refusal('logout_expired', { got })) : ok(issued)
}
