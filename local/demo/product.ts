import { randomBytes } from 'node:crypto'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import {
  type DemoPort,
  type DemoRequest,
  type DemoResponse,
  redirect,
  startDemoServer,
} from './demo-server.ts'
import { followParent, introduce, startOptions } from './parent.ts'
import { failurePage, signedInPage, welcomePage } from './product-pages.ts'

export type ProductDetails = { url: string }
export type ProductSettings = {
  /** What it is called at Latchkey. */
  key: string
  credential: string
  /** Who signs its tokens. */
  issuer: string
  loginUrl: string
  redeemUrl: string
  jwksUrl: string
}

type Context = { settings: ProductSettings; keys: ReturnType<typeof createRemoteJWKSet> }

const SESSION_COOKIE = 'demo_product_session'
const sessions = new Map<string, JWTPayload>()

followParent()
const context = Promise.withResolvers<Context>()
const settings = await introduce<ProductDetails, ProductSettings>(async () => {
  const url = await startDemoServer(startOptions<DemoPort>(), async (request) =>
    answer(request, await context.promise),
  )
  return { url }
})
context.resolve({ settings, keys: createRemoteJWKSet(new URL(settings.jwksUrl)) })

function answer(request: DemoRequest, here: Context): Promise<DemoResponse> | DemoResponse {
  const { method, url } = request
  if (method === 'POST' && url.pathname === '/sign-out') return signOut(request)
  if (method !== 'GET') return failurePage(405, 'This page can only be read.')
  if (url.pathname === '/sign-in') return signIn(url.searchParams, here)
  const claims = sessions.get(request.cookies.get(SESSION_COOKIE) ?? '')
  const path = url.pathname + url.search
  return claims ? signedInPage(path, claims) : welcomePage(path, here.settings)
}

/**
 * The landing page: the browser brings a login token, and the product's backend redeems it. The
 * redirect takes the token out of the address bar; it is spent anyway.
 */
async function signIn(query: URLSearchParams, { settings, keys }: Context): Promise<DemoResponse> {
  const response = await fetch(settings.redeemUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${settings.credential}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ token: query.get('token') ?? '' }),
  })
  const redeemed = (await response.json()) as { id_token: string; target?: string; error?: string }
  if (!response.ok) return failurePage(403, `The login token was refused: ${redeemed.error}`)
  const { payload } = await jwtVerify(redeemed.id_token, keys, {
    issuer: settings.issuer,
    audience: settings.key,
    algorithms: ['RS256'],
  })
  const session = randomBytes(32).toString('base64url')
  sessions.set(session, payload)
  // The target is the one of the answer: what the address says, anybody could have written.
  return redirect(redeemed.target ?? '/', {
    'set-cookie': `${SESSION_COOKIE}=${session}; HttpOnly; SameSite=Lax; Path=/`,
  })
}

function signOut({ cookies }: DemoRequest): DemoResponse {
  sessions.delete(cookies.get(SESSION_COOKIE) ?? '')
  return redirect('/', { 'set-cookie': `${SESSION_COOKIE}=; Max-Age=0; Path=/` })
}
