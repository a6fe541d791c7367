import type { CallCounter } from '#shared/admin/rate-limit.ts'
import { dynamoCallCounter } from '#shared/aws/call-counter.ts'
import { dynamoIssues } from '#shared/aws/portal-issue-store.ts'
import { dynamoPortalRefusals } from '#shared/aws/portal-refusals.ts'
import { dynamoSsoAlerts } from '#shared/aws/sso-alert-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { invalidRequest } from '#shared/http/oauth-error.ts'
import {
  issuedAnswer,
  notePortalRefusal,
  refuseIssue,
  tooManyIssues,
} from '#shared/http/portal-answer.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { log } from '#shared/log.ts'
import { adviseEveryPage } from '#shared/portals/advice.ts'
import type { AlertStore } from '#shared/portals/alerts.ts'
import { issueLogin } from '#shared/portals/issue-login.ts'
import type { IssueStore, RefusalStore } from '#shared/portals/ports.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { readIssue, readPortal } from './schema.ts'

type Ports = {
  issues: IssueStore
  calls: CallCounter
  refusals: RefusalStore
  alerts: AlertStore
  publicUrl: string
  now: () => number
}

export const issueToken = (ports: Ports) => async (request: HttpRequest) => {
  const nowMs = ports.now()
  const { requestId } = request
  const asked = readIssue(request)
  if (!asked.ok) return invalidRequest(asked.error)
  const { named, target } = asked.value
  const issued = await issueLogin(ports, { presented: readPortal(request), named, target, nowMs })
  if (!issued.ok) {
    if ('wait' in issued.error) return tooManyIssues(issued.error.wait)
    const traceId = await notePortalRefusal(ports.refusals, issued.error, { requestId, nowMs })
    return refuseIssue(issued.error.cause, traceId)
  }
  const { login } = issued.value
  const { ssoTokenId, userId, receiptId } = login
  log.info('login_token_issued', { requestId, ssoTokenId, userId, receiptId })
  const isAdvised = await adviseEveryPage(ports.alerts, issued.value, nowMs)
  return issuedAnswer(ports.publicUrl, issued.value, { named, target, isAdvised })
}

const { DIRECTORY_TABLE, EPHEMERAL_TABLE, PUBLIC_URL } = readEnv(
  'DIRECTORY_TABLE',
  'EPHEMERAL_TABLE',
  'PUBLIC_URL',
)
const live: Ports = {
  issues: dynamoIssues(DIRECTORY_TABLE, EPHEMERAL_TABLE),
  calls: dynamoCallCounter(EPHEMERAL_TABLE),
  refusals: dynamoPortalRefusals(DIRECTORY_TABLE),
  alerts: dynamoSsoAlerts(DIRECTORY_TABLE),
  publicUrl: PUBLIC_URL,
  now: epochMilliseconds,
}
export const handler = endpoint(issueToken(live))
