import type { HttpRequest } from './request.ts'
import type { HttpResponse } from './respond.ts'

/**
 * Counts how often a browser was sent from a response to a request of ours: see restart(). It comes
 * back with the post of a provider, so `SameSite=None`. Whoever changes it changes nothing for
 * anybody else.
 */
const NAME = '__Host-latchkey-restarts'

/** Long enough for somebody who goes in circles without typing anything. */
const LIFETIME_SECONDS = 120

export function readRestarts({ cookies }: Pick<HttpRequest, 'cookies'>): number {
  const prefix = `${NAME}=`
  const cookie = cookies.find((one) => one.startsWith(prefix))
  const value = cookie?.slice(prefix.length) ?? ''
  return /^\d$/.test(value) ? Number(value) : 0
}

export const withRestarts = (response: HttpResponse, restarts: number): HttpResponse => ({
  ...response,
  cookies: [
    `${NAME}=${restarts}; Max-Age=${restarts > 0 ? LIFETIME_SECONDS : 0}; ` +
      'Path=/; Secure; HttpOnly; SameSite=None',
  ],
})
