import {
  DecryptCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
} from '@aws-sdk/client-kms'
import type { UnwrapKey } from '../saml/decrypt-response.ts'
import { clientSettings } from './client-settings.ts'

const kms = new KMSClient(clientSettings)

/**
 * Decrypts content keys by our KMS keys: by the current one, then by those before it, to which some
 * providers still encrypt. The private keys never leave KMS.
 */
export const kmsContentKey =
  (keyArns: readonly string[]): UnwrapKey =>
  async (wrapped, transport) => {
    for (const keyArn of keyArns) {
      const key = await decrypt(keyArn, wrapped, transport)
      if (key) return key
    }
    return undefined
  }

async function decrypt(keyArn: string, ...[wrapped, transport]: Parameters<UnwrapKey>) {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: wrapped,
        EncryptionAlgorithm: transport,
      }),
    )
    if (!Plaintext) throw new Error('KMS answered without a plaintext')
    return Buffer.from(Plaintext)
  } catch (error) {
    // Not encrypted to this key; all else is an outage or a fault of ours.
    if (error instanceof InvalidCiphertextException) return undefined
    if (error instanceof IncorrectKeyException) return undefined
    throw error
  }
}
