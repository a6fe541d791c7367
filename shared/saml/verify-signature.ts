import { hash, type KeyObject, verify } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import {
  digestMethods,
  envelopedSignature,
  exclusiveC14n,
  type SignatureMethod,
  signatureMethods,
} from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { canonicalBytes, prefixList } from './canonicalize.ts'
import { type Refusal, refusal, type SignatureCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { scanXml } from './scan.ts'
import { attributeOf, isElement, leafText, onlyChild, type XmlElement } from './xml-tree.ts'

/** What a good signature proves: these bytes were signed by this key, nothing about any other. */
export type VerifiedBytes = {
  /** Canonical form of the signed element without its signature. */
  bytes: Buffer
  /** Which of the given keys verified it. */
  keyIndex: number
}

type SignedInfo = {
  method: SignatureMethod
  digestMethod: string
  digest: string
  inclusivePrefixes: readonly string[] | undefined
}

const refuse = (cause: SignatureCause, got?: string, want?: string) =>
  fail(refusal(cause, { got, want }))

const isSignaturePart = (element: XmlElement | undefined, local: string): element is XmlElement =>
  element !== undefined && isElement(element, ns.signature, local)

/**
 * Verifies the enveloped signature of an element. KeyInfo is ignored: keys come from configuration.
 * The algorithms and the digest are read from the canonical SignedInfo, the bytes that are signed;
 * the element is worked on only once a key has vouched for them.
 *
 * Source: XML Signature 1.1 §3.2; XML Signature Best Practices, no. 1; SAML Core 2.0 §5.4 (one
 * Reference to the element's own ID, enveloped signature then exclusive C14N).
 *
 * @throws XmlError if SignedInfo is not a document that we would read
 */
export function verifySignature(
  element: XmlElement,
  signature: XmlElement,
  keys: readonly KeyObject[],
): Result<VerifiedBytes, Refusal<SignatureCause>> {
  const parts = readSignature(signature)
  if (!parts) return refuse('signature_malformed')
  const signedBytes = canonicalSignedInfo(parts.signedInfo)
  if (!signedBytes.ok) return signedBytes
  const read = readSignedInfo(scanXml(signedBytes.value).root, attributeOf(element, 'ID'))
  if (!read.ok) return read
  const { method, digestMethod, digest, inclusivePrefixes } = read.value
  const keyIndex = keys.findIndex(
    (key) =>
      key.asymmetricKeyType === method.keyType &&
      verify(method.digest, signedBytes.value, key, parts.value),
  )
  if (keyIndex < 0) return refuse('signature_invalid')
  const bytes = canonicalBytes(element, { omit: signature, inclusivePrefixes })
  if (hash(digestMethod, bytes, 'base64') !== digest) return refuse('signature_digest')
  return ok({ bytes, keyIndex })
}

/** In characters. Real ones have about a thousand; ours to canonicalize before any key speaks. */
const SIGNED_INFO_LIMIT = 8 * 1024

/** Real lists name one to three prefixes; each is looked up at every element. */
const PREFIX_LIMIT = 16

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

function canonicalSignedInfo(signedInfo: XmlElement): Result<Buffer, Refusal<SignatureCause>> {
  const [method] = signedInfo.children
  if (!isSignaturePart(method, 'CanonicalizationMethod')) return refuse('signature_malformed')
  const algorithm = attributeOf(method, 'Algorithm')
  if (algorithm !== exclusiveC14n) return refuse('signature_algorithm', algorithm, exclusiveC14n)
  const prefixes = readPrefixes(method)
  if (!prefixes.ok) return prefixes
  return ok(canonicalBytes(signedInfo, { inclusivePrefixes: prefixes.value }))
}

function readPrefixes(
  method: XmlElement,
): Result<readonly string[] | undefined, Refusal<SignatureCause>> {
  const inclusive = onlyChild(method, ns.exclusiveC14n, 'InclusiveNamespaces')
  const prefixes = inclusive && prefixList(attributeOf(inclusive, 'PrefixList'))
  const isBounded = prefixes === undefined || prefixes.length <= PREFIX_LIMIT
  return isBounded ? ok(prefixes) : refuse('signature_transform', 'PrefixList')
}

function readSignedInfo(
  signedInfo: XmlElement,
  id: string | undefined,
): Result<SignedInfo, Refusal<SignatureCause>> {
  const [, signatureMethod, reference, ...more] = signedInfo.children
  const isComplete =
    isSignaturePart(signatureMethod, 'SignatureMethod') &&
    isSignaturePart(reference, 'Reference') &&
    more.length === 0
  if (!isComplete) return refuse('signature_malformed')
  const algorithm = attributeOf(signatureMethod, 'Algorithm') ?? ''
  const method = signatureMethods.get(algorithm)
  if (!method) return refuse('signature_algorithm', algorithm)
  const uri = attributeOf(reference, 'URI')
  if (!id || uri !== `#${id}`) return refuse('signature_reference', uri, `#${id}`)
  const read = readReference(reference)
  return read.ok ? ok({ method, ...read.value }) : read
}

function readReference(
  reference: XmlElement,
): Result<Omit<SignedInfo, 'method'>, Refusal<SignatureCause>> {
  const [transforms, method, value, ...more] = reference.children
  const isComplete =
    isSignaturePart(transforms, 'Transforms') &&
    isSignaturePart(method, 'DigestMethod') &&
    isSignaturePart(value, 'DigestValue') &&
    more.length === 0
  if (!isComplete) return refuse('signature_malformed')
  const c14n = readTransforms(transforms)
  if (!c14n.ok) return c14n
  const algorithm = attributeOf(method, 'Algorithm') ?? ''
  const digestMethod = digestMethods.get(algorithm)
  if (!digestMethod) return refuse('signature_algorithm', algorithm)
  const digest = decodeBase64(leafText(value) ?? '')?.toString('base64')
  if (!digest) return refuse('signature_malformed')
  const prefixes = readPrefixes(c14n.value)
  return prefixes.ok ? ok({ digestMethod, digest, inclusivePrefixes: prefixes.value }) : prefixes
}

/** The enveloped signature transform, then exclusive C14N, and no other (SAML Core 2.0 §5.4.4). */
function readTransforms({ children }: XmlElement): Result<XmlElement, Refusal<SignatureCause>> {
  const [enveloped, c14n, ...more] = children
  const isAccepted =
    isSignaturePart(enveloped, 'Transform') &&
    isSignaturePart(c14n, 'Transform') &&
    more.length === 0 &&
    enveloped.children.length === 0 &&
    attributeOf(enveloped, 'Algorithm') === envelopedSignature &&
    attributeOf(c14n, 'Algorithm') === exclusiveC14n
  if (isAccepted) return ok(c14n)
  const got = children.map((transform) => attributeOf(transform, 'Algorithm')).join(' ')
  return refuse('signature_transform', got, `${envelopedSignature} ${exclusiveC14n}`)
}
