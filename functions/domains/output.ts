import type { DomainRefusal } from '#shared/domains/errors.ts'
import { proofUrl, proofValue } from '#shared/domains/proof.ts'
import { type DomainClaim, stateOf } from '#shared/domains/types.ts'
import { refuse } from '#shared/http/refuse.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import type { Result } from '#shared/result.ts'
import { isoTime } from '#shared/time.ts'

/** A claim as an admin sees it. A code that is not good any more is not shown. */
export function shown(claim: DomainClaim, now: number) {
  const { domain, endsAt, method, lastCheck } = claim
  const state = stateOf(claim, now)
  return {
    domain,
    state,
    ...times(claim),
    ...(state === 'pending' && endsAt !== undefined && { secondsLeft: endsAt - now }),
    ...((state === 'pending' || state === 'verified') && proofOf(claim)),
    ...(method && { method }),
    ...(lastCheck && { lastCheck: { ...lastCheck, at: isoTime(lastCheck.at) } }),
  }
}

const proofOf = ({ domain, code }: DomainClaim) => ({
  record: { type: 'TXT', name: domain, value: proofValue(code) },
  file: { url: proofUrl(domain), content: proofValue(code) },
})

const names = [
  'createdAt',
  'endsAt',
  'verifiedAt',
  'missingSince',
  'graceEndsAt',
  'lapsedAt',
] as const

const times = (claim: DomainClaim) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const at = claim[name]
      return at === undefined ? [] : [[name, isoTime(at)]]
    }),
  )

/** A claim as it is after a change, or why it was not changed. */
export const answered = (changed: Result<DomainClaim, DomainRefusal>, now: number): HttpResponse =>
  changed.ok ? json(200, shown(changed.value, now)) : refused(changed.error)

export const refused = ({ cause, dependants, retryAfter }: DomainRefusal): HttpResponse =>
  refuse(cause, {
    ...(dependants && { problems: [{ field: 'domain', cause: 'active_users', ...dependants }] }),
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  })
