import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
type Settings = {
  credentials: Credentials | (() => Promise<Credentials>)
  region: string
  /** Whether the body's hash is sent along, as a header that is signed. */
  sendsBodyHash: boolean
}
type Data = string | ArrayBuffer | ArrayBufferView

/**
 * Signs requests to routes of API Gateway that IAM authorizes.
 *
 * Source: AWS IAM User Guide, "AWS Signature Version 4 for API requests".
 */
export const requestSigner = ({ credentials, region, sendsBodyHash }: Settings) =>
  new SignatureV4({
    service: 'execute-api',
    region,
    credentials,
    sha256: Sha256,
    applyChecksum: sendsBodyHash,
  })

/** SHA-256, or with a secret HMAC-SHA-256, as Smithy's signer wants it: a class. */
class Sha256 {
  private readonly hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>

  constructor(secret?: Data) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
  }

  update(data: Data) {
    this.hash.update(bytes(data))
  }

  digest = async () => new Uint8Array(this.hash.digest())
}

function bytes(data: Data): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
