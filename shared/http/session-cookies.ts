import { SESSION_JWT_SECONDS } from '../admin/session.ts'
import type { HttpRequest } from './request.ts'

/**
 * Cookies of administrators. `__Host-`: set by this very host over TLS, for all its paths, and by
 * nobody else (RFC 6265bis §4.1.3.2). No script reads them, and no other site's page sends them.
 */
export const cookieNames = {
  /** JWT of the session, for some minutes. */
  jwt: '__Host-latchkey-admin',
  /** What the session is refreshed with. */
  session: '__Host-latchkey-session',
  /** Binds a mailed link to the browser that it was opened in. */
  link: '__Host-latchkey-link',
  /** Binds a sign-in at a provider to the browser that started it. */
  signIn: '__Host-latchkey-sign-in',
} as const

type Cookie = keyof typeof cookieNames

/** The value of a cookie; undefined if there is none, or if there are several of that name. */
export function readCookie(
  { cookies }: Pick<HttpRequest, 'cookies'>,
  cookie: Cookie,
): string | undefined {
  const prefix = `${cookieNames[cookie]}=`
  const [found, second] = cookies.filter((one) => one.startsWith(prefix))
  return second === undefined ? found?.slice(prefix.length) : undefined
}

/** `Lax` only for what must come back with a redirect from a provider. */
const sameSite = { jwt: 'Strict', session: 'Strict', link: 'Strict', signIn: 'Lax' } as const

/** As `Set-Cookie` has it; a lifetime of 0 takes it away. */
export const cookieOf = (cookie: Cookie, value: string, lifetimeSeconds: number) =>
  `${cookieNames[cookie]}=${value}; Max-Age=${Math.max(0, Math.floor(lifetimeSeconds))}; ` +
  `Path=/; Secure; HttpOnly; SameSite=${sameSite[cookie]}`

/** The cookie with the JWT of a session. */
export const jwtCookie = (jwt: string) => cookieOf('jwt', jwt, SESSION_JWT_SECONDS)

/** Takes both cookies of a session away. */
export const noSession = (): readonly string[] => [
  cookieOf('jwt', '', 0),
  cookieOf('session', '', 0),
]
