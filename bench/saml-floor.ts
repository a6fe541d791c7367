import { hash, verify } from 'node:crypto'
import { decodeBase64 } from '#shared/saml/base64.ts'
import { canonicalize } from '#shared/saml/canonicalize.ts'
import { ns } from '#shared/saml/namespaces.ts'
import { readResponse } from '#shared/saml/read-response.ts'
import { verifySignature } from '#shared/saml/verify-signature.ts'
import { leafText, onlyChild } from '#shared/saml/xml-tree.ts'
import type { SignedResponse } from './saml-responses.ts'

/**
 * The cryptography that no verifier can avoid, and nothing else: SHA-256 over the bytes of the
 * assertion that are digested, and one RSA-2048 verification of the SignedInfo bytes.
 */
export function cryptoFloor({ base64, expected }: SignedResponse) {
  const read = readResponse(base64)
  if (!read.ok) throw new Error(`the fixture is refused: ${read.error.cause}`)
  const { assertion } = read.value
  if (!assertion) throw new Error('the fixture is encrypted')
  const signature = onlyChild(assertion, ns.signature, 'Signature')
  const [signedInfo, signatureValue] = signature?.children ?? []
  const [key] = expected.keys
  if (!signature || !signedInfo || !signatureValue || !key) throw new Error('not signed')
  const verified = verifySignature(assertion, signature, expected.keys)
  const value = decodeBase64(leafText(signatureValue) ?? '')
  if (!verified.ok || !value) throw new Error('the signature of the fixture is not good')
  const { bytes: digested } = verified.value
  const signed = Buffer.from(canonicalize(signedInfo))
  return {
    digestedBytes: digested.length,
    run: () => {
      hash('sha256', digested, 'base64')
      return verify('RSA-SHA256', signed, key, value)
    },
  }
}
