import { completeReturn, newBrowserNonce } from '#shared/admin/single-sign-on.ts'
import { notAdministratorPage, startAgainPage, welcomePage } from '#shared/http/admin-pages.ts'
import { choosePage, nobodyPage } from '#shared/http/login-pages.ts'
import { onlyValue } from '#shared/http/request.ts'
import { type HttpResponse, seeOther } from '#shared/http/respond.ts'
import { cookieOf, readCookie } from '#shared/http/session-cookies.ts'
import type { OrgId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import { loginUrl } from '#shared/login/discover.ts'
import { ORGANIZATION_CENTER as product } from '#shared/products/organization-center.ts'
import type { Answer, Ports } from './ports.ts'
import { readOrganization } from './schema.ts'
import { withSession } from './with-session.ts'

/** As long as a sign-in at a provider may take. */
const NONCE_SECONDS = 600

/** Starts a sign-in at a provider, bound to this browser. */
export const startSingleSignOn: Answer = async (ports, request) => {
  const organization = readOrganization(request)
  if (organization === null) return nobodyPage()
  const { nonce, target } = newBrowserNonce()
  const page = await nextPage(ports, organization, target)
  const isStarted = page.statusCode < 400
  return isStarted ? { ...page, cookies: [cookieOf('signIn', nonce, NONCE_SECONDS)] } : page
}

async function nextPage(
  { findProviders, publicUrl }: Ports,
  organization: OrgId | undefined,
  target: string,
): Promise<HttpResponse> {
  const wanted = { product, target }
  if (organization === undefined) {
    return seeOther(`${publicUrl}/login?${new URLSearchParams(wanted)}`)
  }
  const candidates = await findProviders(organization)
  const [only, ...others] = candidates
  if (!only) return nobodyPage()
  return others.length === 0
    ? seeOther(loginUrl(publicUrl, only.id, wanted))
    : choosePage(publicUrl, candidates, wanted)
}

/** Where the response of the provider brings the browser. */
export const endSingleSignOn: Answer = async (ports, request) => {
  const nowMs = ports.now()
  const token = onlyValue(request.query, 'token')
  const nonce = readCookie(request, 'signIn')
  const { requestId } = request
  const completed = await completeReturn(ports, { token, nonce, nowMs })
  if (!completed.ok) {
    log.info('admin_sign_in_refused', { cause: completed.error, requestId })
    return completed.error === 'not_administrator' ? notAdministratorPage() : startAgainPage()
  }
  const { id: sessionId, orgId, userId } = completed.value.session
  log.info('admin_signed_in', { outcome: 'signed_in', sessionId, orgId, userId, requestId })
  const page = { ...welcomePage(), cookies: [cookieOf('signIn', '', 0)] }
  return withSession(ports, page, completed.value, nowMs)
}
