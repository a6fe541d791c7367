import { fail, ok, type Result } from '../result.ts'
import {
  type AlgorithmOptions,
  type Canonicalization,
  canonicalizations,
  digestMethodOf,
  envelopedSignature,
  exclusiveC14n,
  type Hash,
  type SignatureMethod,
  signatureMethodOf,
} from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { prefixList } from './canonicalize.ts'
import { type Refusal, refusal, type SignatureCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { attributeOf, isElement, leafText, type XmlElement } from './xml-tree.ts'

/** How something is canonicalized, as a CanonicalizationMethod or Transform says. */
export type C14n = {
  method: Canonicalization
  /** InclusiveNamespaces PrefixList. */
  inclusivePrefixes: readonly string[] | undefined
}

/** What SignedInfo says; each of it is accepted. */
export type SignedInfo = {
  method: SignatureMethod
  digestMethod: Hash
  /** Base64 as node:crypto writes it. */
  digest: string
  c14n: C14n
}

type Read<T> = Result<T, Refusal<SignatureCause>>

const refuse = (cause: SignatureCause, got?: string, want?: string) =>
  fail(refusal(cause, { got, want }))

/** Whether it is there, and is that element of XML Signature. */
export const isSignaturePart = (
  element: XmlElement | undefined,
  local: string,
): element is XmlElement => element !== undefined && isElement(element, ns.signature, local)

/**
 * Reads SignedInfo with one Reference, to the ID of the element that is signed.
 *
 * Source: XML Signature 1.1 §4.4; SAML Core 2.0 §5.4.2, §5.4.4.
 */
export function readSignedInfo(
  signedInfo: XmlElement,
  id: string | undefined,
  options: AlgorithmOptions,
): Read<SignedInfo> {
  const [, signatureMethod, reference, ...more] = signedInfo.children
  const isComplete =
    isSignaturePart(signatureMethod, 'SignatureMethod') &&
    isSignaturePart(reference, 'Reference') &&
    more.length === 0
  if (!isComplete) return refuse('signature_malformed')
  const algorithm = attributeOf(signatureMethod, 'Algorithm') ?? ''
  const method = signatureMethodOf(algorithm, options)
  if (!method) return refuse('signature_algorithm', algorithm)
  const uri = attributeOf(reference, 'URI')
  if (!id || uri !== `#${id}`) return refuse('signature_reference', uri, `#${id}`)
  const read = readReference(reference, options)
  return read.ok ? ok({ method, ...read.value }) : read
}

function readReference(
  reference: XmlElement,
  options: AlgorithmOptions,
): Read<Omit<SignedInfo, 'method'>> {
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
  const digestMethod = digestMethodOf(algorithm, options)
  if (!digestMethod) return refuse('signature_algorithm', algorithm)
  const digest = decodeBase64(leafText(value) ?? '')?.toString('base64')
  if (!digest) return refuse('signature_malformed')
  return ok({ digestMethod, digest, c14n: c14n.value })
}

/**
 * The enveloped signature transform, then a canonicalization; where none is named it is C14N 1.0
 * (XML Signature 1.1 §4.4.3.2). No other transform (SAML Core 2.0 §5.4.4).
 */
function readTransforms({ children }: XmlElement): Read<C14n> {
  const [enveloped, c14n, ...more] = children
  const isEnveloped =
    isSignaturePart(enveloped, 'Transform') &&
    enveloped.children.length === 0 &&
    attributeOf(enveloped, 'Algorithm') === envelopedSignature
  if (isEnveloped && !c14n) return ok({ method: 'inclusive-1.0', inclusivePrefixes: undefined })
  const isC14n = isSignaturePart(c14n, 'Transform') && more.length === 0
  const read = isEnveloped && isC14n ? readC14n(c14n) : undefined
  if (read) return read
  const got = children.map((transform) => attributeOf(transform, 'Algorithm')).join(' ')
  return refuse('signature_transform', got, `${envelopedSignature} ${exclusiveC14n}`)
}

/** Real lists name one to three prefixes; each is looked up at every element. */
const PREFIX_LIMIT = 16

/** Reads a CanonicalizationMethod or Transform; undefined where its algorithm is none of ours. */
export function readC14n(element: XmlElement): Read<C14n> | undefined {
  const method = canonicalizations.get(attributeOf(element, 'Algorithm') ?? '')
  if (!method) return undefined
  const [parameter, ...more] = element.children
  if (!parameter) return ok({ method, inclusivePrefixes: undefined })
  const isPrefixList =
    method === 'exclusive' &&
    more.length === 0 &&
    isElement(parameter, ns.exclusiveC14n, 'InclusiveNamespaces')
  if (!isPrefixList) return refuse('signature_transform', parameter.local)
  const inclusivePrefixes = prefixList(attributeOf(parameter, 'PrefixList'))
  const isBounded = inclusivePrefixes === undefined || inclusivePrefixes.length <= PREFIX_LIMIT
  return isBounded ? ok({ method, inclusivePrefixes }) : refuse('signature_transform', 'PrefixList')
}
