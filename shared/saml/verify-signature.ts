import { hash, type KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { type AlgorithmOptions, exclusiveC14n } from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { type CanonicalForm, canonicalForm } from './canonicalize.ts'
import { hasXmlBase } from './canonicalize-apex.ts'
import { type Refusal, refusal, type SignatureCause } from './errors.ts'
import { type C14n, isSignaturePart, readC14n, readSignedInfo } from './read-signed-info.ts'
import { scanCanonical } from './scan.ts'
import { isSignedBy } from './signature-value.ts'
import { attributeOf, leafText, type XmlElement } from './xml-tree.ts'

/** What a good signature proves: these bytes were signed by this key, nothing about any other. */
/** The canonical form is that of the signed element without its signature. */
export type VerifiedBytes = CanonicalForm & {
  /** Which of the given keys verified it. */
  keyIndex: number
  /** Whether the signature or the digest rests on SHA-1, which only `allowsSha1` lets in. */
  usesSha1: boolean
}

type Verified<T> = Result<T, Refusal<SignatureCause>>

const refuse = (cause: SignatureCause, got?: string, want?: string) =>
  fail(refusal(cause, { got, want }))

/**
 * Verifies the enveloped signature of an element. KeyInfo is ignored: keys come from configuration.
 * The algorithms and the digest are read from the canonical SignedInfo, the bytes that are signed;
 * the element is worked on only once a key has vouched for them.
 *
 * Source: XML Signature 1.1 §3.2; XML Signature Best Practices, no. 1; SAML Core 2.0 §5.4 (one
 * Reference to the element's own ID, enveloped signature then C14N).
 *
 * @throws XmlError if SignedInfo is not a document that we would read
 */
export function verifySignature(
  element: XmlElement,
  signature: XmlElement,
  keys: readonly KeyObject[],
  options: AlgorithmOptions = {},
): Verified<VerifiedBytes> {
  const parts = readSignature(signature)
  if (!parts) return refuse('signature_malformed')
  const signed = canonicalSignedInfo(parts.signedInfo)
  if (!signed.ok) return signed
  const id = attributeOf(element, 'ID')
  const { bytes: signedBytes } = signed.value
  const read = readSignedInfo(scanCanonical(signed.value), id, options)
  if (!read.ok) return read
  const { method, digestMethod, digest, c14n } = read.value
  const keyIndex = keys.findIndex((key) => isSignedBy(key, method, signedBytes, parts.value))
  if (keyIndex < 0) return refuse('signature_invalid')
  const form = canonicalFormOf(element, c14n, signature)
  if (!form.ok) return form
  if (hash(digestMethod, form.value.bytes, 'base64') !== digest) return refuse('signature_digest')
  const usesSha1 = method.hash === 'sha1' || digestMethod === 'sha1'
  return ok({ ...form.value, keyIndex, usesSha1 })
}

/** In characters. Real ones have about a thousand; ours to canonicalize before any key speaks. */
const SIGNED_INFO_LIMIT = 8 * 1024

/** Exactly SignedInfo, SignatureValue and perhaps KeyInfo, in this order: no Object, nothing twice. */
function readSignature(signature: XmlElement) {
  const [signedInfo, signatureValue, keyInfo, ...more] = signature.children
  if (!isSignaturePart(signedInfo, 'SignedInfo')) return undefined
  if (signedInfo.end - signedInfo.start > SIGNED_INFO_LIMIT) return undefined
  if (!isSignaturePart(signatureValue, 'SignatureValue')) return undefined
  if ((keyInfo && !isSignaturePart(keyInfo, 'KeyInfo')) || more.length > 0) return undefined
  const value = decodeBase64(leafText(signatureValue) ?? '')
  return value && { signedInfo, value }
}

function canonicalSignedInfo(signedInfo: XmlElement): Verified<CanonicalForm> {
  const [method] = signedInfo.children
  if (!isSignaturePart(method, 'CanonicalizationMethod')) return refuse('signature_malformed')
  const c14n = readC14n(method)
  if (!c14n) {
    return refuse('signature_algorithm', attributeOf(method, 'Algorithm'), exclusiveC14n)
  }
  return c14n.ok ? canonicalFormOf(signedInfo, c14n.value) : c14n
}

function canonicalFormOf(
  element: XmlElement,
  { method, inclusivePrefixes }: C14n,
  omit?: XmlElement,
): Verified<CanonicalForm> {
  const isUnsupported = method === 'inclusive-1.1' && hasXmlBase(element)
  if (isUnsupported) return refuse('signature_transform', 'xml:base')
  return ok(canonicalForm(element, { method, inclusivePrefixes, omit }))
}
