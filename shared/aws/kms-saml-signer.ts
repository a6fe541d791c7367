import { hash } from 'node:crypto'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import type { Sign } from '../saml/sign-message.ts'
import { clientSettings } from './client-settings.ts'

const kms = new KMSClient(clientSettings)

/** Signs SAML messages by a KMS key; the private key never leaves KMS, the message never leaves us. */
export const kmsSamlSigner =
  (keyArn: string): Sign =>
  async (bytes) => {
    const { Signature } = await kms.send(
      new SignCommand({
        KeyId: keyArn,
        Message: hash('sha256', bytes, 'buffer'),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      }),
    )
    if (!Signature) throw new Error('KMS answered without a signature')
    return Buffer.from(Signature)
  }
