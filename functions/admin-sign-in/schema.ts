import * as v from 'valibot'
import type { Administrator } from '#shared/admin/administrator.ts'
import type { LiveSession } from '#shared/admin/live-session.ts'
import { csrfTokenOf } from '#shared/admin/session.ts'
import { formFields, type HttpRequest, jsonBody, onlyValue } from '#shared/http/request.ts'
import { isOrgId } from '#shared/ids.ts'
import { isoTime, toSeconds } from '#shared/time.ts'
import { emailDomain } from '#shared/users/email.ts'

const Asked = v.strictObject({
  email: v.pipe(
    v.string(),
    v.trim(),
    v.check((email) => emailDomain(email) !== undefined),
  ),
})

/** The address of a form or of JSON; undefined if it is no address. */
export function readEmail(request: HttpRequest): string | undefined {
  const form = formFields(request)
  const body = form ? { email: onlyValue(form, 'email') } : jsonBody(request)
  const parsed = v.safeParse(Asked, body)
  return parsed.success ? parsed.output.email : undefined
}

/** What the button of a mailed link posts. */
export function readConfirmation(request: HttpRequest) {
  const form = formFields(request)
  return {
    token: form && onlyValue(form, 'token'),
    nonce: form && onlyValue(form, 'nonce'),
  }
}

/** The organization to sign in to; null: it cannot be one, undefined: any. */
export function readOrganization({ query }: HttpRequest) {
  if (query.getAll('organization').length === 0) return undefined
  const organization = onlyValue(query, 'organization') ?? ''
  return isOrgId(organization) ? organization : null
}

const personOf = ({ userId: id, email, displayName: name }: Administrator) => ({ id, email, name })

/** What the page shows of a session, and needs to go on with it. */
export const output = ({
  session,
  secret,
  user,
  role,
  organization,
  doorClosesAt,
}: LiveSession) => ({
  user: personOf(user),
  organization: { id: session.orgId, name: organization },
  role: session.kind === 'emergency' ? 'emergency' : role,
  isWaiting: session.kind === 'emergency' && doorClosesAt === undefined,
  csrfToken: csrfTokenOf(secret),
  idleUntil: isoTime(toSeconds(session.idleUntilMs)),
  endsAt: isoTime(doorClosesAt ?? toSeconds(session.endsAtMs)),
})
