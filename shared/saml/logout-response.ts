import { fail, ok, type Result } from '../result.ts'
import { isoTime } from '../time.ts'
import { escapeText, escapeValue } from './characters.ts'
import { refusal } from './errors.ts'
import type { LogoutRefusal, VerifiedMessage } from './logout-message.ts'
import { ns } from './namespaces.ts'
import { attributeOf, onlyChild } from './xml-tree.ts'

const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:'

/** What we answer (SAML Core 2.0 §3.2.2.2). */
export type LogoutStatus = 'success' | 'unknown-principal'

const statusCodes = {
  success: `<samlp:StatusCode Value="${STATUS}Success"/>`,
  'unknown-principal':
    `<samlp:StatusCode Value="${STATUS}Requester">` +
    `<samlp:StatusCode Value="${STATUS}UnknownPrincipal"/></samlp:StatusCode>`,
} as const satisfies Record<LogoutStatus, string>

type LogoutResponse = {
  id: string
  /** Epoch seconds. */
  issueInstant: number
  destination: string
  /** Our entity ID, as the provider knows it. */
  issuer: string
  inResponseTo: string
  status: LogoutStatus
}

/** An unsigned LogoutResponse (SAML Core 2.0 §3.7.2). */
export const logoutResponse = (response: LogoutResponse) =>
  `<samlp:LogoutResponse xmlns:samlp="${ns.protocol}" ID="${response.id}" Version="2.0"` +
  ` IssueInstant="${isoTime(response.issueInstant)}"` +
  ` Destination="${escapeValue(response.destination)}"` +
  ` InResponseTo="${escapeValue(response.inResponseTo)}">` +
  `<saml:Issuer xmlns:saml="${ns.assertion}">${escapeText(response.issuer)}</saml:Issuer>` +
  `<samlp:Status>${statusCodes[response.status]}</samlp:Status></samlp:LogoutResponse>`

/** What a provider came to; `partial`: not all of its other sessions ended. */
export type ReportedLogout = { inResponseTo: string; outcome: 'complete' | 'partial' | 'failed' }

/** Reads a verified LogoutResponse (SAML Core 2.0 §3.7.2, §3.7.3.2). */
export function readLogoutResponse({
  root,
}: VerifiedMessage): Result<ReportedLogout, LogoutRefusal> {
  const inResponseTo = attributeOf(root, 'InResponseTo')
  if (!inResponseTo) return fail(refusal('logout_in_response_to'))
  const status = onlyChild(root, ns.protocol, 'Status')
  const code = status && onlyChild(status, ns.protocol, 'StatusCode')
  const value = code && attributeOf(code, 'Value')
  if (!value) return fail(refusal('logout_status'))
  const detail = onlyChild(code, ns.protocol, 'StatusCode')
  if (detail && attributeOf(detail, 'Value') === `${STATUS}PartialLogout`) {
    return ok({ inResponseTo, outcome: 'partial' })
  }
  return ok({ inResponseTo, outcome: value === `${STATUS}Success` ? 'complete' : 'failed' })
}
