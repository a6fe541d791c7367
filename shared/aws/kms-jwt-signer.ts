import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { keyIdOf } from '../tokens/jwks.ts'
import type { SignJwt } from '../tokens/ports.ts'
import { clientSettings } from './client-settings.ts'

const kms = new KMSClient(clientSettings)

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs JWTs by a KMS key: RS256 (RFC 7515, RFC 7518 §3.3). The private key never leaves KMS. */
export const kmsJwtSigner =
  (keyArn: string, typ = 'JWT'): SignJwt =>
  async (claims) => {
    const header = { alg: 'RS256', typ, kid: keyIdOf(keyArn) }
    const input = `${base64url(header)}.${base64url(claims)}`
    const { Signature } = await kms.send(
      new SignCommand({
        KeyId: keyArn,
        Message: Buffer.from(input),
        MessageType: 'RAW',
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      }),
    )
    if (!Signature) throw new Error('KMS answered without a signature')
    return `${input}.${Buffer.from(Signature).toString('base64url')}`
  }

/** The public half as SubjectPublicKeyInfo, DER. */
export async function kmsPublicKey(keyArn: string): Promise<Uint8Array> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }))
  if (!PublicKey) throw new Error('KMS answered without a public key')
  return PublicKey
}
