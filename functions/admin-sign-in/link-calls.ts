import { judgeLink, linkHandle } from '#shared/admin/mailed-link.ts'
import { type LinkWish, requestLink } from '#shared/admin/request-link.ts'
import { type UseLinkError, useLink } from '#shared/admin/use-link.ts'
import {
  CENTER_PATH,
  checkMailPage,
  deadLinkPage,
  emergencyPage,
  emergencyRefusedPage,
  linkPage,
  notAdministratorPage,
  signInPage,
} from '#shared/http/admin-pages.ts'
import { problem } from '#shared/http/problem.ts'
import { type HttpRequest, onlyValue } from '#shared/http/request.ts'
import { type HttpResponse, json, seeOther } from '#shared/http/respond.ts'
import { cookieOf, readCookie } from '#shared/http/session-cookies.ts'
import { newBreakGlassId } from '#shared/ids.ts'
import { log } from '#shared/log.ts'
import { isSameHash, newSecret, sha256 } from '#shared/secrets.ts'
import { toSeconds } from '#shared/time.ts'
import type { Answer, Ports } from './ports.ts'
import { readConfirmation, readEmail } from './schema.ts'
import { withSession } from './with-session.ts'

const pages = { 'sign-in-link': signInPage, 'break-glass-confirm': emergencyPage } as const

/** Takes the wish for a mail, and says the same whoever it is. */
export const askForMail =
  (wish: LinkWish): Answer =>
  async ({ counter, requests, now }, request) => {
    const isPage = request.contentType !== 'application/json'
    const email = readEmail(request)
    if (email === undefined) return isPage ? pages[wish](true) : malformed
    const { sourceIp, requestId } = request
    const asked = { email, wish, sourceIp, now: toSeconds(now()) }
    const outcome = await requestLink({ counter, requests }, asked)
    log.info('link_requested', { wish, outcome, requestId })
    return isPage ? checkMailPage() : json(202, { state: 'requested' })
  }

const malformed = problem({
  status: 400,
  cause: 'email_malformed',
  title: 'The body must hold one complete e-mail address',
})

/** Long enough to read a page and press its button. */
const NONCE_SECONDS = 900

/** Shows what a link is for. Nothing is used up: mail programs look at links, too. */
export const showLink: Answer = async ({ links, sessions, now }, request) => {
  const token = onlyValue(request.query, 'token')
  const handle = linkHandle(token)
  const link = judgeLink(handle ? await links.find(handle) : undefined, toSeconds(now()))
  if (!link.ok || token === undefined) return deadLinkPage()
  const { kind, orgId, userId } = link.value
  const owner = await sessions.findPerson(orgId, userId)
  if (!owner) return deadLinkPage()
  const nonce = newSecret()
  const page = linkPage({ kind, token, nonce, ...owner })
  return { ...page, cookies: [cookieOf('link', nonce, NONCE_SECONDS)] }
}

/** Uses a link up, where its button was pressed, and puts the session into that browser. */
export const confirmLink: Answer = async (ports, request) => {
  const { token, nonce } = readConfirmation(request)
  if (!isOfThisBrowser(ports, request, nonce)) return deadLinkPage()
  const nowMs = ports.now()
  const newId = newBreakGlassId(nowMs)
  const used = await useLink(ports, { handle: linkHandle(token), newId, nowMs })
  const { requestId } = request
  if (!used.ok) {
    log.info('link_refused', { cause: used.error, requestId })
    return refuse(used.error)
  }
  const { session, outcome } = used.value
  const { id: sessionId, orgId, userId } = session
  log.info('admin_signed_in', { outcome, sessionId, orgId, userId, requestId })
  const next = outcome === 'signed_in' ? CENTER_PATH : '/admin/break-glass/door'
  const gone = { ...seeOther(ports.publicUrl + next), cookies: [cookieOf('link', '', 0)] }
  return withSession(ports, gone, used.value, nowMs)
}

/**
 * Whether the page with the button was shown to this very browser: else somebody could have it sign
 * in with a link of theirs (login CSRF).
 */
function isOfThisBrowser({ publicUrl }: Ports, request: HttpRequest, nonce: string | undefined) {
  const origin = request.header('origin')
  if (origin !== undefined && origin !== new URL(publicUrl).origin) return false
  const cookie = readCookie(request, 'link')
  return !!cookie && nonce !== undefined && isSameHash(sha256(cookie), sha256(nonce))
}

function refuse(error: UseLinkError): HttpResponse {
  switch (error) {
    case 'link_unknown':
    case 'link_expired':
    case 'link_used':
    case 'changed_meanwhile':
    case 'invitation_over':
      return deadLinkPage()
    case 'not_administrator':
      return notAdministratorPage()
    case 'same_administrator':
    case 'opened_by_others':
      return emergencyRefusedPage(error)
    default:
      return error satisfies never
  }
}
