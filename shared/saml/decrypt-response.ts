import { randomBytes } from 'node:crypto'
import { fail, ok, type Result } from '../result.ts'
import { allIds, refuseStructure } from './check-structure.ts'
import { decryptContent, isCbc } from './decrypt-content.ts'
import type { KeyTransport } from './encryption-algorithms.ts'
import { type Refusal, refusal, type SamlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { type EncryptedContent, readEncryptedAssertion } from './read-encrypted-assertion.ts'
import type { EncryptedResponse } from './read-response.ts'
import { scanInContext } from './scan-in-context.ts'
import { type Envelope, type Verification, verifyEnvelope } from './verify-envelope.ts'
import type { Addressee } from './verify-response.ts'
import { XmlError } from './xml-error.ts'
import { isElement, onlyChild, type XmlElement } from './xml-tree.ts'

/**
 * Decrypts a content key that was encrypted to one of our keys. Undefined: it was not, or not so. An
 * outage throws.
 */
export type UnwrapKey = (wrapped: Buffer, transport: KeyTransport) => Promise<Buffer | undefined>

/** A response that can be read, and whose assertion nobody has vouched for by a signature of its own. */
export type DecryptedResponse = {
  envelope: Envelope
  /** Root of what was encrypted; its structure is sound. */
  assertion: XmlElement
  /** The same where the signature of the Response covers the ciphertext. */
  vouched: XmlElement | undefined
  /** Whether the cipher lets one change what it decrypts to without knowing it (CBC). */
  isMalleable: boolean
}

type Options = Verification & {
  unwrapKey: UnwrapKey
  /** A content key that names one of them as its Recipient is preferred. */
  serviceProviders: readonly Addressee[]
}

/**
 * Verifies the signature of the Response, if there is one, and then decrypts the EncryptedAssertion
 * that it covers. Whatever fails once a key is at work comes to the same cause, and by CBC after the
 * same steps: one who changes a ciphertext learns nothing about what it decrypts to.
 *
 * Source: SAML Core 2.0 §6.2; XML Encryption 1.1 §4.4, §6.1 (chosen-ciphertext attacks).
 */
export async function decryptResponse(
  unverified: EncryptedResponse,
  options: Options,
): Promise<Result<DecryptedResponse, Refusal<SamlCause>>> {
  const sealed = openEnvelope(unverified, options)
  if (!sealed.ok) return sealed
  const { envelope, encrypted, content } = sealed.value
  const key = await contentKey(content, options.unwrapKey)
  const { plaintext, isIntact } = decryptContent(content.cipher, key, content.ciphertext)
  const isMalleable = isCbc(content.cipher)
  // The tag of GCM depends on the ciphertext alone: to end here tells nothing of what is in it.
  if (!isIntact && !isMalleable) return fail(refusal('assertion_decryption'))
  const assertion = readPlaintext(plaintext, encrypted, allIds(unverified.response))
  if (!assertion || !isIntact) return fail(refusal('assertion_decryption'))
  return ok({ envelope, assertion, vouched: envelope.proof && assertion, isMalleable })
}

type Sealed = { envelope: Envelope; encrypted: XmlElement; content: EncryptedContent }

function openEnvelope(
  { response }: EncryptedResponse,
  options: Options,
): Result<Sealed, Refusal<SamlCause>> {
  try {
    const envelope = verifyEnvelope(response, options)
    if (!envelope.ok) return envelope
    const encrypted = onlyChild(envelope.value.root, ns.assertion, 'EncryptedAssertion')
    if (!encrypted) return fail(refusal('assertion_missing'))
    const entityIds = options.serviceProviders.map(({ entityId }) => entityId)
    const content = readEncryptedAssertion(encrypted, entityIds)
    if (!content.ok) return content
    return ok({ envelope: envelope.value, encrypted, content: content.value })
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return fail(refusal(error.xmlCause, { got: error.message }))
  }
}

/** A random key where there is none: decryption then fails as late as with a wrong one. */
async function contentKey(
  { cipher, wrappedKeys }: EncryptedContent,
  unwrapKey: UnwrapKey,
): Promise<Buffer> {
  for (const { wrapped, transport } of wrappedKeys) {
    const key = await unwrapKey(wrapped, transport)
    if (key?.length === cipher.keyLength) return key
  }
  return randomBytes(cipher.keyLength)
}

/** One Assertion, of the structure of a plain one, and no ID of the envelope in it. */
function readPlaintext(
  plaintext: Buffer,
  encrypted: XmlElement,
  ids: Set<string>,
): XmlElement | undefined {
  const document = scanInContext(plaintext, encrypted.scope, isAssertion)
  if (!document) return undefined
  const structure = { response: undefined, assertion: document.root, ids }
  return refuseStructure(document.elements, structure) ? undefined : document.root
}

const isAssertion = (element: XmlElement) => isElement(element, ns.assertion, 'Assertion')
