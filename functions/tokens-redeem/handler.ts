import { kmsJwtSigner } from '#shared/aws/kms-jwt-signer.ts'
import { dynamoPortalRefusals } from '#shared/aws/portal-refusals.ts'
import { dynamoRedeems } from '#shared/aws/redeem-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { invalidRequest, oauthError } from '#shared/http/oauth-error.ts'
import { notePortalRefusal } from '#shared/http/portal-answer.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { json } from '#shared/http/respond.ts'
import { newJwtId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import type { PortalRedeemCause } from '#shared/portals/errors.ts'
import type { RefusalStore, RefusedPortal } from '#shared/portals/ports.ts'
import { epochMilliseconds } from '#shared/time.ts'
import type { RedeemError } from '#shared/tokens/errors.ts'
import type { RedeemStore, SignJwt } from '#shared/tokens/ports.ts'
import { redeemToken } from '#shared/tokens/redeem-token.ts'
import { output, readBearer, readRedeem } from './schema.ts'

type Ports = {
  redeems: RedeemStore
  refusals: RefusalStore
  signJwt: SignJwt
  issuer: string
  now: () => number
}

export const redeem = (ports: Ports) => async (request: HttpRequest) => {
  const asked = readRedeem(request)
  if (!asked) return invalidRequest('the body must hold one token, and at most one host')
  const nowMs = ports.now()
  const redeemed = await redeemToken(ports.redeems, ports.signJwt, {
    credential: readBearer(request),
    ...asked,
    nonce: newJwtId(),
    issuer: ports.issuer,
    nowMs,
  })
  if (!redeemed.ok) return refuse(ports, redeemed.error, { request, nowMs })
  const { user, product } = redeemed.value
  log.info('token_redeemed', { userId: user.id, product, requestId: request.requestId })
  return json(200, output(redeemed.value))
}

/** Of a token that a portal got, its admins can read why. */
async function refuse(
  { refusals }: Ports,
  error: RedeemError | RefusedPortal<PortalRedeemCause>,
  { request, nowMs }: { request: HttpRequest; nowMs: number },
) {
  const { requestId } = request
  if (typeof error === 'string') {
    log.info('redeem_refused', { cause: error, requestId })
    return oauthError(error)
  }
  await notePortalRefusal(refusals, error, { requestId, nowMs })
  return oauthError(error.cause)
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
  refusals: dynamoPortalRefusals(DIRECTORY_TABLE),
  signJwt: kmsJwtSigner(signingKey),
  issuer: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(redeem(live))
