import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import { type Network, publicNetwork } from './network.ts'
import type { FetchCause, FetchDocument } from './ports.ts'
import { readBody } from './read-body.ts'

type Fetched<T> = Result<T, Refusal<FetchCause>>

/** What a download needs at each hop. */
type Context = {
  network: Network
  limitBytes: number
  staysOnHost: boolean
  signal: AbortSignal
}

const MAX_URL = 2048
const MAX_REDIRECTS = 3

/**
 * Makes a download that an address from outside cannot turn against us (R8): https only; a name is
 * resolved once and every address of it judged, and the connection goes to those very addresses, so
 * that a name which changes meanwhile changes nothing; certificates are verified for the name; three
 * redirects, each judged the same way and on the same host where the caller wants it; one time limit
 * for all of it. Any port is taken, since https
 * must be spoken there. No cookies and no credentials are sent; the content type is not judged.
 */
export const documentFetcher =
  (network: Network): FetchDocument =>
  async (url, { limitBytes, timeoutMs, staysOnHost = false }) => {
    // AbortSignal.timeout() would let the process end before: its timer keeps nothing alive.
    const controller = new AbortController()
    const { signal } = controller
    const timer = setTimeout(() => controller.abort(), timeoutMs)
    try {
      return await follow(url, { network, limitBytes, staysOnHost, signal })
    } catch (error) {
      return fail(signal.aborted ? refusal('timeout', { want: `${timeoutMs} ms` }) : failed(error))
    } finally {
      clearTimeout(timer)
    }
  }

/** Downloads from the Internet. */
export const fetchDocument: FetchDocument = documentFetcher(publicNetwork)

async function follow(first: string, context: Context): Promise<Fetched<Buffer>> {
  let url = readUrl(first)
  for (let redirects = 0; url.ok; redirects += 1) {
    const response = await get(url.value, context)
    if (!response.ok) return response
    const { statusCode: status = 0, headers } = response.value
    if (status === 200) return finish(response.value, context.limitBytes)
    response.value.destroy()
    const isRedirect = REDIRECTS.has(status) && headers.location !== undefined
    if (!isRedirect) return fail(refusal(`status_${status}`))
    const want = `${MAX_REDIRECTS} redirects at most`
    if (redirects === MAX_REDIRECTS) return fail(refusal('redirect_forbidden', { want }))
    url = readRedirect(headers.location ?? '', url.value, context)
  }
  return url
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

function readUrl(text: string): Fetched<URL> {
  if (text.length > MAX_URL) return fail(refusal('url_too_long', { want: `${MAX_URL}` }))
  if (!URL.canParse(text)) return fail(refusal('url_malformed', { got: text }))
  const url = new URL(text)
  if (url.protocol !== 'https:') return fail(refusal('url_not_https', { got: url.protocol }))
  const hasCredentials = url.username !== '' || url.password !== ''
  return hasCredentials ? fail(refusal('url_credentials')) : ok(url)
}

function readRedirect(location: string, base: URL, { staysOnHost }: Context): Fetched<URL> {
  const target = URL.canParse(location, base.href) ? new URL(location, base.href).href : location
  const read = readUrl(target)
  if (!read.ok) return fail(refusal('redirect_forbidden', { got: read.error.cause }))
  const { host } = read.value
  return staysOnHost && host !== base.host
    ? fail(refusal('redirect_elsewhere', { got: host }))
    : read
}

async function finish(response: IncomingMessage, limitBytes: number) {
  try {
    return await readBody(response, limitBytes)
  } finally {
    response.destroy()
  }
}

async function get(url: URL, context: Context): Promise<Fetched<IncomingMessage>> {
  const { network, signal } = context
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(hostname)
    ? [hostname]
    : await withinTime(network.resolve(hostname), signal)
  if (addresses.length === 0) return fail(refusal('unreachable'))
  // One forbidden address among others is an attempt too; which one it is, is none of their business.
  if (!addresses.every(network.isAllowed)) return fail(refusal('address_forbidden'))
  return ok(await send(url, addresses, context))
}

/** Name resolution cannot be aborted, only be left alone. */
async function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const headers = {
  accept: 'application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.5',
  'accept-encoding': 'gzip',
  'user-agent': 'Latchkey',
}

function send(url: URL, addresses: readonly string[], { network, signal }: Context) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const { ca, httpsPort } = network
  // An agent of its own (`false`): a connection that was made for another request is never taken.
  const lookup = lookupOf(addresses)
  const options = { agent: false, headers, signal, lookup, autoSelectFamilyAttemptTimeout: 1000 }
  const port = url.port === '' && httpsPort !== undefined ? { port: httpsPort } : {}
  request(url, { ...options, ...port, ...(ca && { ca: [...ca] }) }, resolve)
    .on('error', reject)
    .end()
  return promise
}

/** Answers the addresses that were judged, whatever the name means by now. */
const lookupOf =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, { all: wantsAll }, callback) => {
    const answers = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = answers
    if (wantsAll || !first) callback(null, answers)
    else callback(null, first.address, first.family)
  }

/** What TLS says of certificates; all else means that nobody is there who speaks https. */
const TLS_CODE = /^ERR_TLS_|^ERR_SSL_|CERT|ISSUER|LEAF_SIGNATURE|EPROTO/

function failed(error: unknown): Refusal<FetchCause> {
  const code = codeOf(error)
  if (code === undefined) throw error
  return refusal(TLS_CODE.test(code) ? 'tls_failed' : 'unreachable', { got: code })
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
