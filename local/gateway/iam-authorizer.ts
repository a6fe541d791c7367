import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayEventRequestContextIAMAuthorizer } from 'aws-lambda'
import { requestSigner } from '#shared/aws/request-signer.ts'
import { isSameHash } from '#shared/secrets.ts'

/** Who may call routes that IAM authorizes, and where this is. */
export type IamUser = {
  accessKeyId: string
  secretAccessKey: string
  region: string
  accountId: string
}

type Signed = {
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>
  body: Buffer
  receivedAt: Date
}

type Proof = {
  credential: string
  signedHeaders: readonly string[]
  /** YYYYMMDD'T'HHMMSS'Z'. */
  date: string
  signingDate: Date
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^, ]+) *, *SignedHeaders=([^, ]+) *, *Signature=[0-9a-f]{64}$/
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const MAX_SKEW_MS = 5 * 60_000

/**
 * Verifies the signature of a request as an IAM authorizer does: of this user, region and service,
 * of now, over method, path, query, host, whatever else is named, and body. Signatures in the query
 * are not taken here.
 *
 * Source: AWS IAM User Guide, "Create a signed AWS API request"; API Gateway Developer Guide,
 * "Control access to HTTP APIs with IAM authorization".
 *
 * @returns what the function learns of the caller; undefined: 403
 */
export async function authorizeByIam(
  user: IamUser,
  signed: Signed,
): Promise<APIGatewayEventRequestContextIAMAuthorizer | undefined> {
  const proof = readProof(signed)
  const target = readTarget(signed.request.url ?? '')
  if (!proof || !target || !isOf(user, proof)) return undefined
  const { request, body } = signed
  const headers = Object.fromEntries(
    proof.signedHeaders.map((name) => [name, String(request.headers[name])]),
  )
  const { accessKeyId, secretAccessKey, region } = user
  const signer = requestSigner({
    credentials: { accessKeyId, secretAccessKey },
    region,
    sendsBodyHash: false,
  })
  const expected = await signer.sign(
    { method: request.method ?? '', protocol: 'http:', hostname: '', headers, body, ...target },
    { signingDate: proof.signingDate, signableHeaders: new Set(proof.signedHeaders) },
  )
  const isRight = isSameHash(
    signatureIn(expected.headers['authorization']),
    signatureIn(request.headers.authorization),
  )
  return isRight ? { iam: identityOf(user) } : undefined
}

const signatureIn = (authorization = '') => authorization.slice(-64)

/** Undefined where it cannot be a signature of this request, of now, over all that must be in it. */
function readProof({ request: { headers }, body, receivedAt }: Signed): Proof | undefined {
  const [, credential, names] = AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  const date = String(headers['x-amz-date'])
  const [, year, month, day, hour, minute, second] = DATE.exec(date) ?? []
  if (!credential || !names || !year) return undefined
  const signingDate = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const skew = Math.abs(signingDate.getTime() - receivedAt.getTime())
  if (!(skew <= MAX_SKEW_MS)) return undefined // nor where there is no such day
  const signedHeaders = names.split(';')
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (!needed.every((name) => signedHeaders.includes(name))) return undefined
  if (!signedHeaders.every((name) => typeof headers[name] === 'string')) return undefined
  const sentHash = headers['x-amz-content-sha256']
  const hash = createHash('sha256').update(body).digest('hex')
  if (sentHash !== undefined && sentHash !== hash) return undefined
  return { credential, signedHeaders, date, signingDate }
}

const isOf = ({ accessKeyId, region }: IamUser, { credential, date }: Proof) =>
  credential === `${accessKeyId}/${date.slice(0, 8)}/${region}/execute-api/aws4_request`

/**
 * Path and query as they are signed. What signing would take out (empty segments and dots of a path)
 * or leave out (a signature in the query) is refused.
 */
function readTarget(url: string) {
  const [, path = '', rawQuery = ''] = /^([^?#]*)(?:\?([^#]*))?$/.exec(url) ?? []
  if (!path.startsWith('/') || /\/(?:\.{0,2})(?=\/)|\/\.{1,2}$/.test(path)) return undefined
  const query = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    if (/^x-amz-/i.test(name)) return undefined
    query.set(name, [...(query.get(name) ?? []), value])
  }
  return { path, query: Object.fromEntries(query) }
}

const identityOf = ({ accessKeyId, accountId }: IamUser) => ({
  accessKey: accessKeyId,
  accountId,
  callerId: accessKeyId,
  cognitoIdentity: null,
  principalOrgId: '',
  userArn: `arn:aws:iam::${accountId}:user/${accessKeyId}`,
  userId: accessKeyId,
})
