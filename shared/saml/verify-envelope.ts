import type { KeyObject } from 'node:crypto'
import { ok, type Result } from '../result.ts'
import type { AlgorithmOptions } from './algorithms.ts'
import type { Refusal, SignatureCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { scanCanonical } from './scan.ts'
import { type VerifiedBytes, verifySignature } from './verify-signature.ts'
import { onlyChild, type XmlElement } from './xml-tree.ts'

/** The Response around an assertion. */
export type Envelope = {
  /** Root of its verified bytes where the Response is signed, else of what arrived. */
  root: XmlElement
  /** Undefined where the Response is not signed. */
  proof: VerifiedBytes | undefined
}

/** Public keys of the identity provider, from its configuration, and what they may verify. */
export type Verification = AlgorithmOptions & { keys: readonly KeyObject[] }

/**
 * Verifies the signature of a Response, if it has one.
 *
 * @throws XmlError if what is signed is not a document that we would read
 */
export function verifyEnvelope(
  response: XmlElement,
  verification: Verification,
): Result<Envelope, Refusal<SignatureCause>> {
  const verified = verifyIfSigned(response, verification)
  if (!verified.ok) return verified
  const proof = verified.value
  return ok({ root: proof ? scanCanonical(proof) : response, proof })
}

/** Nothing where there is no signature; a signature that is there must be good. */
export function verifyIfSigned(
  element: XmlElement,
  verification: Verification,
): Result<VerifiedBytes | undefined, Refusal<SignatureCause>> {
  const signature = onlyChild(element, ns.signature, 'Signature')
  if (!signature) return ok(undefined)
  return verifySignature(element, signature, verification.keys, verification)
}
