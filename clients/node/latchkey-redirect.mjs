// Sends a user who is signed in to your portal to a page of the product: put a link to
// /latchkey-redirect?target=invoices.html on your pages. See README.md beside this file.
//
// Settings, from the environment: LATCHKEY_URL, LATCHKEY_SSO_TOKEN, and LATCHKEY_IDENTIFY_BY
// (email, or user_name where the SSO token was made for user names).
import { realpathSync } from 'node:fs'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const TIMEOUT_MS = 5000
const MAX_ANSWER_BYTES = 16_384
const BASE_URL =
  /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?(\/[\w.~-]+)*$/i
const SSO_TOKEN = /^sso_[0-9a-f]{48}_[\w-]{43}$/
const TEXT = /^\P{Cc}*$/u

/**
 * Makes the handler, for node:http and for Express (`app.get('/latchkey-redirect', …)`).
 *
 * `signedInUser(request)` is yours: the e-mail address (or user name) of whoever is signed in to
 * your portal, undefined if nobody is. Take it from your session, never from the query or a form.
 */
export function latchkeyRedirect({ signedInUser, env = process.env }) {
  const settings = readSettings(env)
  return async (request, response) => {
    const answer = await decide(settings, signedInUser, request).catch((error) => {
      console.error(`latchkey-redirect: ${error.name}`)
      return { status: 502 }
    })
    send(response, answer)
  }
}

function readSettings(env) {
  const url = String(env.LATCHKEY_URL ?? '').replace(/\/$/, '')
  const ssoToken = String(env.LATCHKEY_SSO_TOKEN ?? '')
  const identifyBy = env.LATCHKEY_IDENTIFY_BY ?? 'email'
  if (!BASE_URL.test(url)) throw new Error('LATCHKEY_URL is no https address')
  if (!SSO_TOKEN.test(ssoToken)) throw new Error('LATCHKEY_SSO_TOKEN is no SSO token')
  if (!['email', 'user_name'].includes(identifyBy)) {
    throw new Error('LATCHKEY_IDENTIFY_BY is neither email nor user_name')
  }
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED=0 would send the SSO token to anybody')
  }
  return { url, ssoToken, identifyBy }
}

async function decide(settings, signedInUser, request) {
  if (request.method !== 'GET') return { status: 405, headers: { allow: 'GET' } }
  if (!isFollowedLink(request.headers)) return { status: 403 }
  const user = await signedInUser(request)
  if (typeof user !== 'string' || !user || user.length > 320 || !TEXT.test(user)) {
    return { status: 403, text: 'Please sign in first' }
  }
  const query = /\?.*/s.exec(request.url)?.[0] ?? ''
  const target = new URLSearchParams(query).get('target') ?? ''
  if (target.length > 2048 || !TEXT.test(target)) return { status: 400 }
  return askForToken(settings, {
    [settings.identifyBy]: user,
    ...(target ? { target } : {}),
  })
}

/** A token lives for 20 seconds: none is asked for by a prefetch, an image or a script. */
function isFollowedLink(headers) {
  const purpose = `${headers['sec-purpose']} ${headers['purpose']} ${headers['x-moz']}`
  return !/prefetch/i.test(purpose) && (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate'
}

async function askForToken({ url, ssoToken }, body) {
  const response = await fetch(`${url}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ssoToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS), // for the body, too
  })
  const issued = parse(await readText(response))
  if (response.status === 200) {
    const begins = String(issued.url).startsWith(`${url}/sso?`)
    if (!begins || !/^[!-~]{1,8192}$/.test(issued.url)) throw new Error('an address elsewhere')
    return { status: 303, headers: { location: issued.url } }
  }
  const traceId = /^trc_\w{1,64}$/.exec(issued.trace_id)?.[0]
  console.error(`latchkey-redirect: refused with ${response.status} ${traceId ?? ''}`)
  if (response.status === 429) {
    const seconds = /^\d{1,4}$/.exec(response.headers.get('retry-after') ?? '')?.[0] ?? '60'
    return { status: 503, headers: { 'retry-after': seconds } }
  }
  return { status: [400, 403].includes(response.status) ? 403 : 502, traceId }
}

async function readText(response) {
  const chunks = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text) {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

function send(response, { status, headers = {}, text = 'Invalid response', traceId }) {
  const trace = traceId ? `<p>Trace: ${traceId}</p>` : ''
  const page = `<!doctype html><meta charset="utf-8"><title>${text}</title><h1>${text}</h1>${trace}`
  response.writeHead(status, {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-type': 'text/html; charset=utf-8',
    ...headers,
  })
  response.end(status === 303 ? '' : page)
}

// node latchkey-redirect.mjs ./my-portal.mjs: a server of its own. The module exports signedInUser.
if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  const nobody = { signedInUser: () => undefined }
  const [, , module] = process.argv
  const portal = module ? await import(pathToFileURL(realpathSync(module)).href) : nobody
  const redirect = latchkeyRedirect(portal)
  const server = createServer((request, response) => {
    if (/^\/latchkey-redirect(\?|$)/.test(request.url)) return redirect(request, response)
    return send(response, { status: 404, text: 'Not found' })
  })
  server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/latchkey-redirect`)
  })
}
