import type { KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal, type SamlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { readAssertion, type VerifiedAssertion } from './read-assertion.ts'
import type { UnverifiedResponse } from './read-response.ts'
import { scanXml } from './scan.ts'
import { validateAssertion } from './validate-assertion.ts'
import { validateEnvelope } from './validate-envelope.ts'
import { type VerifiedBytes, verifySignature } from './verify-signature.ts'
import { XmlError } from './xml-error.ts'
import { onlyChild, type XmlElement } from './xml-tree.ts'

/** What a response must say to be one for us, now. All comparisons are to the letter. */
export type Expectations = {
  /** Entity ID of the identity provider. */
  issuer: string
  /** Public keys of the identity provider, from its configuration. */
  keys: readonly KeyObject[]
  /** Our entity ID. */
  audience: string
  /** The assertion consumer service URL that the response arrived at. */
  acsUrl: string
  /** ID of the request that must be answered; undefined: the response must be unsolicited. */
  inResponseTo: string | undefined
  clockSkewSeconds: number
  /** Epoch seconds. */
  now: number
}

type Signed = {
  /** The envelope: its verified bytes where the response is signed, else what arrived. */
  envelope: XmlElement
  isEnvelopeSigned: boolean
  /** Root of the verified bytes of the assertion: the only place an identity is read from. */
  assertion: XmlElement
  keyIndex: number
}

/**
 * Verifies a response and reads the assertion. Every signature that is there must be good. The
 * identity comes from the canonical bytes that a signature covers, scanned again; nothing else of
 * the document can reach it.
 *
 * Source: SAML Profiles 2.0 §4.1.4.3 (processing rules); SAML Core 2.0 §5.3.
 */
export function verifyResponse(
  unverified: UnverifiedResponse,
  expected: Expectations,
): Result<VerifiedAssertion, Refusal<SamlCause>> {
  try {
    const signed = verifySignatures(unverified, expected.keys)
    if (!signed.ok) return signed
    const { envelope, isEnvelopeSigned, assertion, keyIndex } = signed.value
    const refused =
      validateEnvelope(envelope, isEnvelopeSigned, expected) ??
      validateAssertion(assertion, expected)
    return refused ? fail(refused) : ok(readAssertion(assertion, keyIndex))
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return fail(refusal(error.xmlCause, { got: error.message }))
  }
}

function verifySignatures(
  { response, assertion }: UnverifiedResponse,
  keys: readonly KeyObject[],
): Result<Signed, Refusal<SamlCause>> {
  const outer = verifyIfSigned(response, keys)
  if (!outer.ok) return outer
  const inner = verifyIfSigned(assertion, keys)
  if (!inner.ok) return inner
  const keyIndex = (inner.value ?? outer.value)?.keyIndex
  if (keyIndex === undefined) return fail(refusal('signature_missing'))

  const isEnvelopeSigned = outer.value !== undefined
  const envelope = outer.value ? scanXml(outer.value.bytes).root : response
  const verified = inner.value
    ? scanXml(inner.value.bytes).root
    : onlyChild(envelope, ns.assertion, 'Assertion')
  if (!verified) return fail(refusal('assertion_missing'))
  return ok({ envelope, isEnvelopeSigned, assertion: verified, keyIndex })
}

/** Nothing where there is no signature; a signature that is there must be good. */
function verifyIfSigned(
  element: XmlElement,
  keys: readonly KeyObject[],
): Result<VerifiedBytes | undefined, Refusal<SamlCause>> {
  const signature = onlyChild(element, ns.signature, 'Signature')
  return signature ? verifySignature(element, signature, keys) : ok(undefined)
}
