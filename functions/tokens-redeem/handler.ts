import { kmsJwtSigner } from '#shared/aws/kms-jwt-signer.ts'
import { dynamoRedeems } from '#shared/aws/redeem-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { invalidRequest, oauthError } from '#shared/http/oauth-error.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { json } from '#shared/http/respond.ts'
import { newJwtId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import { epochMilliseconds } from '#shared/time.ts'
import type { RedeemStore, SignJwt } from '#shared/tokens/ports.ts'
import { redeemToken } from '#shared/tokens/redeem-token.ts'
import { output, readBearer, readToken } from './schema.ts'

type Ports = { redeems: RedeemStore; signJwt: SignJwt; issuer: string; now: () => number }

export const redeem = (ports: Ports) => async (request: HttpRequest) => {
  const token = readToken(request)
  if (token === undefined) return invalidRequest('the body must hold one token')
  const redeemed = await redeemToken(ports.redeems, ports.signJwt, {
    credential: readBearer(request),
    token,
    nonce: newJwtId(),
    issuer: ports.issuer,
    nowMs: ports.now(),
  })
  if (!redeemed.ok) {
    log.info('redeem_refused', { cause: redeemed.error, requestId: request.requestId })
    return oauthError(redeemed.error)
  }
  const { user, product } = redeemed.value
  log.info('token_redeemed', { userId: user.id, product, requestId: request.requestId })
  return json(200, output(redeemed.value))
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, JWT_KEY_ARNS, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'JWT_KEY_ARNS',
  'PUBLIC_URL',
)
const [signingKey = ''] = JWT_KEY_ARNS.split(',')
const live: Ports = {
  redeems: dynamoRedeems(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  signJwt: kmsJwtSigner(signingKey),
  issuer: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(redeem(live))
