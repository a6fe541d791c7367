import { emailDomain } from './email.ts'
import type { Home } from './ports.ts'
import type { User } from './types.ts'

/**
 * Why a user may not have their address: members have theirs in a domain that the organization has
 * proved, once it has proved one. Administrators may come from outside, as long as nobody signs in
 * by a provider yet, or to help.
 */
export function whyOutside({ email, role }: Pick<User, 'email' | 'role'>, { domains }: Home) {
  const isHeld = role === 'member' && domains.length > 0
  const isOutside = isHeld && !domains.includes(emailDomain(email) ?? '')
  return isOutside ? ('email_outside_domains' as const) : undefined
}
