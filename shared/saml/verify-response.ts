import { fail, ok, type Result } from '../result.ts'
import type { DecryptedResponse } from './decrypt-response.ts'
import { type Refusal, refusal, type SamlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { readAssertion, type VerifiedAssertion } from './read-assertion.ts'
import type { PlainResponse } from './read-response.ts'
import { scanCanonical } from './scan.ts'
import { validateAssertion } from './validate-assertion.ts'
import { validateEnvelope } from './validate-envelope.ts'
import { recipientsOf } from './validate-subject.ts'
import {
  type Envelope,
  type Verification,
  verifyEnvelope,
  verifyIfSigned,
} from './verify-envelope.ts'
import { XmlError } from './xml-error.ts'
import { onlyChild, type XmlElement } from './xml-tree.ts'

/** What a response must say to be one for us, now. All comparisons are to the letter. */
export type Expectations = Verification &
  Circumstances & {
    /**
     * Whom the provider may take us for, of those that the response may have arrived at. It must be
     * for one of them as a whole, in all that it says.
     */
    serviceProviders: readonly Addressee[]
  }

/** One of our identities: our entity ID and the assertion consumer service that belongs to it. */
export type Addressee = { entityId: string; acsUrl: string }

type Circumstances = {
  /** Entity ID of the identity provider. */
  issuer: string
  /** ID of the request that must be answered; undefined: the response must be unsolicited. */
  inResponseTo: string | undefined
  clockSkewSeconds: number
  /** Epoch seconds. */
  now: number
}

/** What a response must say to be one for a certain identity of ours, now. */
export type Expected = Circumstances & {
  /** Our entity ID. */
  audience: string
  acsUrl: string
}

/** What there is to verify once all can be read. */
type Opened = {
  envelope: Envelope
  /** Whose own signature is verified, if it has one. */
  assertion: XmlElement
  /** The same as the signature of the Response vouches for it, if the Response has one. */
  vouched: XmlElement | undefined
}

type Signed = {
  envelope: Envelope
  /** Root of the verified bytes of the assertion: the only place an identity is read from. */
  assertion: XmlElement
  keyIndex: number
  usesSha1: boolean
  /** Whether the assertion has a signature of its own. */
  isOwn: boolean
}

/**
 * Verifies a response and reads the assertion. Every signature that is there must be good. The
 * identity comes from the canonical bytes that a signature covers, scanned again, or from what they
 * decrypt to; nothing else of the document can reach it.
 *
 * Source: SAML Profiles 2.0 §4.1.4.3 (processing rules); SAML Core 2.0 §5.3.
 */
export function verifyResponse(
  response: PlainResponse | DecryptedResponse,
  expected: Expectations,
): Verified {
  if ('envelope' in response) return verifyDecrypted(response, expected)
  try {
    const signed = verifyPlain(response, expected)
    return signed.ok ? readSigned(signed.value, expected) : signed
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return fail(refusal(error.xmlCause, { got: error.message }))
  }
}

type Verified = Result<VerifiedAssertion, Refusal<SamlCause>>

function verifyDecrypted(response: DecryptedResponse, expected: Expectations): Verified {
  try {
    const signed = verifyAssertion(response, expected)
    const verified = signed.ok ? readSigned(signed.value, expected) : signed
    if (verified.ok) return ok({ ...verified.value, isEncrypted: true as const })
    const isSignedInside = signed.ok && signed.value.isOwn
    const isOfEnvelope = verified.error.cause.startsWith('response_')
    return isSignedInside || isOfEnvelope || !response.isMalleable ? verified : withoutWord
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return withoutWord
  }
}

/**
 * What was decrypted has no signature of its own that is good: somebody may have changed the
 * ciphertext, or put another's into a Response of theirs, to learn how it reads.
 */
const withoutWord = fail(refusal('assertion_decryption'))

function readSigned(signed: Signed, expected: Expectations): Verified {
  const addressee = findAddressee(signed, expected)
  if (!addressee.ok) return addressee
  const { assertion, keyIndex, usesSha1 } = signed
  return ok({
    ...readAssertion(assertion, keyIndex),
    ...(usesSha1 && { usesSha1 }),
    ...(addressee.value > 0 && { isForFormerIdentity: true as const }),
  })
}

function verifyPlain({ response, assertion }: PlainResponse, expected: Expectations) {
  const envelope = verifyEnvelope(response, expected)
  if (!envelope.ok) return envelope
  const vouched = onlyChild(envelope.value.root, ns.assertion, 'Assertion')
  return verifyAssertion({ envelope: envelope.value, assertion, vouched }, expected)
}

/** The assertion's own signature vouches for its bytes, or else that of the Response does. */
function verifyAssertion(
  { envelope, assertion, vouched }: Opened,
  expected: Expectations,
): Result<Signed, Refusal<SamlCause>> {
  const inner = verifyIfSigned(assertion, expected)
  if (!inner.ok) return inner
  const proof = inner.value ?? envelope.proof
  if (!proof) return fail(refusal('signature_missing'))
  const verified = inner.value ? scanCanonical(inner.value) : vouched
  if (!verified) return fail(refusal('assertion_missing'))
  const usesSha1 = proof.usesSha1 || envelope.proof?.usesSha1 === true
  const { keyIndex } = proof
  return ok({ envelope, assertion: verified, keyIndex, usesSha1, isOwn: inner.value !== undefined })
}

/**
 * Which of our identities the response is for. If it fits none, the refusal is the one by the
 * identity whose address it names as Recipient: that is whom the provider took us for.
 */
function findAddressee(
  { envelope, assertion }: Signed,
  expected: Expectations,
): Result<number, Refusal<SamlCause>> {
  const { serviceProviders, ...circumstances } = expected
  const refusals: { acsUrl: string; refused: Refusal<SamlCause> }[] = []
  for (const [index, { entityId: audience, acsUrl }] of serviceProviders.entries()) {
    const one: Expected = { ...circumstances, audience, acsUrl }
    const refused =
      validateEnvelope(envelope.root, envelope.proof !== undefined, one) ??
      validateAssertion(assertion, one)
    if (!refused) return ok(index)
    refusals.push({ acsUrl, refused })
  }
  const recipients = recipientsOf(assertion)
  const { refused } =
    refusals.find(({ acsUrl }) => recipients.includes(acsUrl)) ?? refusals[0] ?? {}
  if (!refused) throw new Error('verifyResponse needs an identity of ours')
  return fail(refused)
}
