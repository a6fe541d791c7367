import { decryptResponse } from '#shared/saml/decrypt-response.ts'
import { readResponse } from '#shared/saml/read-response.ts'
import { verifyResponse } from '#shared/saml/verify-response.ts'
import type { EncryptedResponse, SignedResponse } from './saml-responses.ts'

/** What the ACS does. Refused fixtures would make the figures worthless. */
export function validate({ base64, expected }: SignedResponse) {
  const read = readResponse(base64)
  if (!read.ok) throw new Error(`refused: ${read.error.cause}`)
  if (read.value.encrypted) throw new Error('the fixture is encrypted')
  const verified = verifyResponse(read.value, expected)
  if (!verified.ok) throw new Error(`refused: ${verified.error.cause}`)
  return verified.value
}

/** The same for an encrypted assertion. KMS is left out: its part is there at once. */
export async function validateEncrypted({ base64, expected, contentKey }: EncryptedResponse) {
  const read = readResponse(base64)
  if (!read.ok) throw new Error(`refused: ${read.error.cause}`)
  if (!read.value.encrypted) throw new Error('the fixture is not encrypted')
  const unwrapKey = () => Promise.resolve(contentKey)
  const opened = await decryptResponse(read.value, { ...expected, unwrapKey })
  if (!opened.ok) throw new Error(`refused: ${opened.error.cause}`)
  const verified = verifyResponse(opened.value, expected)
  if (!verified.ok) throw new Error(`refused: ${verified.error.cause}`)
  return verified.value
}
