import { SESSION_JWT_TYPE } from '#shared/admin/session-jwt.ts'
import type { Acceptance } from '#shared/admin/use-link.ts'
import { dynamoCallCounter } from '#shared/aws/call-counter.ts'
import { dynamoActiveProviders } from '#shared/aws/discovery-store.ts'
import { dynamoLinkRequests } from '#shared/aws/link-store.ts'
import { dynamoBreakGlass, dynamoLinkUse } from '#shared/aws/link-use.ts'
import { dynamoLogins } from '#shared/aws/login-store.ts'
import { dynamoSessions } from '#shared/aws/session-store.ts'
import { emergencyPage, signInPage } from '#shared/http/admin-pages.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { signInFailed } from '#shared/http/sign-in-error.ts'
import { epochMilliseconds } from '#shared/time.ts'
import type { SignJwt } from '#shared/tokens/ports.ts'
import { askForMail, confirmLink, showLink } from './link-calls.ts'
import type { Answer, Ports } from './ports.ts'
import * as sessions from './session-calls.ts'
import { endSingleSignOn, startSingleSignOn } from './single-sign-on-calls.ts'

const answers: Readonly<Record<string, Answer>> = {
  'GET /admin/sign-in': () => Promise.resolve(signInPage()),
  'POST /admin/sign-in/link': askForMail('sign-in-link'),
  'GET /admin/sign-in/link': showLink,
  'POST /admin/sign-in/confirm': confirmLink,
  'GET /admin/sign-in/sso': startSingleSignOn,
  'GET /admin/sign-in/return': endSingleSignOn,
  'GET /admin/break-glass': () => Promise.resolve(emergencyPage()),
  'POST /admin/break-glass': askForMail('break-glass-confirm'),
  'GET /admin/break-glass/door': sessions.showDoor,
  'GET /admin/session': sessions.showSession,
  'POST /admin/session/refresh': sessions.refreshSession,
  'DELETE /admin/session': sessions.endSession,
  'POST /admin/session/sign-out-everywhere': sessions.endAllSessions,
  'GET /center': sessions.showCenter,
}

export const signInAdministrators = (ports: Ports) =>
  endpoint((request) => {
    const answer = answers[request.routeKey]
    if (!answer) throw new Error(`no such route: ${request.routeKey}`)
    return answer(ports, request)
  }, signInFailed)

const { ADMIN_SESSION_KEY_ARN, DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'ADMIN_SESSION_KEY_ARN',
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
/** Most calls sign nothing: the client of KMS is loaded once one does. */
const signSession: SignJwt = async (claims) => {
  const { kmsJwtSigner } = await import('#shared/aws/kms-jwt-signer.ts')
  return kmsJwtSigner(ADMIN_SESSION_KEY_ARN, SESSION_JWT_TYPE)(claims)
}
/** So are invitations: few links are of one. */
const loadInvitations = async () => {
  const { dynamoInvitations } = await import('#shared/aws/invitation-store.ts')
  return dynamoInvitations(DIRECTORY_TABLE)
}
const invitations: Acceptance = {
  find: async (...of) => (await loadInvitations()).find(...of),
  findUser: async (...of) => (await loadInvitations()).findUser(...of),
  accept: async (...of) => (await loadInvitations()).accept(...of),
}
export const handler = signInAdministrators({
  sessions: dynamoSessions(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  links: dynamoLinkUse(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  breakGlass: dynamoBreakGlass(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  invitations,
  requests: dynamoLinkRequests(DIRECTORY_TABLE),
  counter: dynamoCallCounter(EPHEMERAL_TABLE),
  logins: dynamoLogins(EPHEMERAL_TABLE),
  findProviders: dynamoActiveProviders(DIRECTORY_TABLE),
  signSession,
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
})
