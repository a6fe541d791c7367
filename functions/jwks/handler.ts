import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { json } from '#shared/http/respond.ts'
import { jwkOf } from '#shared/tokens/jwks.ts'

type Ports = { keyArns: readonly string[]; publicKey: (keyArn: string) => Promise<Uint8Array> }

export const listKeys = async ({ keyArns, publicKey }: Ports) => {
  const keys = await Promise.all(keyArns.map(async (arn) => jwkOf(arn, await publicKey(arn))))
  // Short enough that a new key is known long before it signs, long enough to spare products calls.
  return json(200, { keys }, { 'cache-control': 'public, max-age=300' })
}

const { JWT_KEY_ARNS } = readEnv('JWT_KEY_ARNS')
const keyArns = JWT_KEY_ARNS.split(',')
let answer: ReturnType<typeof listKeys> | undefined

/** The public key behind an ARN never changes: it is fetched once an environment. */
const cached = async () => {
  answer ??= listKeys({ keyArns, publicKey: kmsPublicKey })
  try {
    return await answer
  } catch (error) {
    answer = undefined
    throw error
  }
}
export const handler = endpoint(cached)
