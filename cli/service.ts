import { setTimeout } from 'node:timers/promises'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { requestSigner } from '#shared/aws/request-signer.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { type Failure, usageFailure } from './failure.ts'
import { readAnswer } from './service-answer.ts'

type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Decoded segments: `['operator', 'orgs']`. */
  path: readonly string[]
  query?: Readonly<Record<string, string | undefined>>
  body?: unknown
  headers?: Readonly<Record<string, string>>
  /** Whether it may be sent again; GET always. */
  isRepeatable?: boolean
}

/** An answer that is no refusal. */
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> }

export type Service = {
  call: (request: Request) => Promise<Result<Answer, Failure>>
  /** Where it is; undefined: nobody said. */
  url: string | undefined
  region: string | undefined
}

type Settings = { url: string | undefined; interrupted: AbortSignal }

const ATTEMPTS = 5
const TIMEOUT_MS = 30_000
/** What another attempt may mend. */
const PASSING = [429, 500, 502, 503, 504]

/** The operator routes of a deployment, called with the credentials that the AWS SDK would find. */
export function operatorService({ url, interrupted }: Settings): Service {
  const region = regionOf(url)
  const credentials = defaultProvider()
  return {
    url,
    region,
    async call(request) {
      const address = addressOf(url)
      if (!address.ok) return address
      if (region === undefined) return fail(usageFailure('AWS_REGION is missing'))
      const signer = requestSigner({ credentials, region, sendsBodyHash: true })
      const send = () => sendSigned(signer, address.value, request, interrupted)
      return repeat(request, send, interrupted)
    },
  }
}

type Signer = ReturnType<typeof requestSigner>
type Sent = Result<Answer, Failure> & { isPassing?: boolean; waitSeconds?: number }

/** Again after what may pass, where that does no harm: exponential with full jitter. */
async function repeat(
  { method, isRepeatable = method === 'GET' }: Request,
  send: () => Promise<Sent>,
  interrupted: AbortSignal,
): Promise<Result<Answer, Failure>> {
  for (let attempt = 1; ; attempt++) {
    const { isPassing, waitSeconds = 0, ...result } = await send()
    if (result.ok || !isPassing || !isRepeatable || attempt === ATTEMPTS) return result
    if (interrupted.aborted) return result
    await setTimeout(waitSeconds * 1000 + Math.random() * 100 * 2 ** attempt)
  }
}

async function sendSigned(
  signer: Signer,
  address: URL,
  request: Request,
  interrupted: AbortSignal,
): Promise<Sent> {
  const signed = await sign(signer, address, request)
  if (!signed.ok) return signed
  const { url, headers, body } = signed.value
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    const init = { method: request.method, headers, signal, redirect: 'manual' as const }
    const response = await fetch(url, { ...init, ...(body !== undefined && { body }) })
    const read = readAnswer(response.status, response.headers, await response.text())
    const waitSeconds = Math.min(Number(response.headers.get('retry-after') ?? 0) || 0, 60)
    return { ...read, isPassing: PASSING.includes(response.status), waitSeconds }
  } catch (error) {
    if (interrupted.aborted) return fail({ kind: 'failed', message: 'interrupted' })
    return { ...fail(unreachable(address, error)), isPassing: true }
  }
}

async function sign(signer: Signer, address: URL, { method, path, query, body, headers }: Request) {
  const parameters = Object.entries(query ?? {}).filter((one) => one[1] !== undefined)
  const url = new URL(`/${path.map(encodeURIComponent).join('/')}`, address)
  url.search = new URLSearchParams(parameters as [string, string][]).toString()
  const text = body === undefined ? undefined : JSON.stringify(body)
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {
      ...headers,
      host: url.host,
      ...(text !== undefined && { 'content-type': 'application/json' }),
    },
    ...(text !== undefined && { body: text }),
  }
  try {
    const signed = await signer.sign(request)
    const { host: _, ...sent } = signed.headers // fetch sends the same
    return ok({ url, headers: sent, body: text })
  } catch (error) {
    const message = `There are no AWS credentials: ${reasonOf(error)}`
    return fail<Failure>({ kind: 'unreachable', message })
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function unreachable({ origin }: URL, error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as { code?: unknown }).code
  const reason = typeof code === 'string' && reasonOf(cause) === '' ? code : reasonOf(cause)
  return { kind: 'unreachable', message: `${origin} cannot be reached: ${reason}` }
}

function addressOf(url: string | undefined): Result<URL, Failure> {
  if (url === undefined) return fail(usageFailure('--url or the variable LATCHKEY_URL is missing'))
  const address = URL.canParse(url) ? new URL(url) : undefined
  const isLocal = address?.protocol === 'http:' && isLoopback(address.hostname)
  if (address?.protocol === 'https:' || (address && isLocal)) return ok(address)
  return fail(usageFailure(`'${url}' is no https address`))
}

/** Whether a name leads to this machine, where nobody listens in. */
export const isLoopback = (hostname: string) =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)

/** Where the address does not tell, the environment must. */
function regionOf(url: string | undefined): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const [, region] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url ?? '') ?? []
  return region ?? AWS_REGION ?? AWS_DEFAULT_REGION
}
