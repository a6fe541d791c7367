import type { InvitationId, OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { newSecret, sha256 } from '../secrets.ts'

/** What a mailed link is good for, once. */
export type LinkKind = 'sign-in' | 'invitation' | 'break-glass'

export type MailedLink = {
  /** SHA-256 of what the mail has: nothing that we store opens anything. */
  handle: string
  kind: LinkKind
  orgId: OrgId
  userId: UserId
  invitationId?: InvitationId
  /** Epoch seconds. */
  endsAt: number
  isUsed: boolean
}

/** How long a link is good that is not an invitation. */
export const LINK_SECONDS = 15 * 60

type Wanted = Omit<MailedLink, 'handle' | 'isUsed'>

/** Makes a link; its token goes into the mail and nowhere else. */
export function issueLink(wanted: Wanted): { link: MailedLink; token: string } {
  const token = newSecret()
  return { link: { ...wanted, handle: sha256(token), isUsed: false }, token }
}

/** Where the link of a token would be; undefined if it cannot be one of ours. */
export const linkHandle = (token: string | undefined): string | undefined =>
  token !== undefined && /^[\w-]{43}$/.test(token) ? sha256(token) : undefined

export const linkUrl = (publicUrl: string, token: string) =>
  `${publicUrl}/admin/sign-in/link?token=${token}`

/** Why a link opens nothing. Whoever has it learns none of it. */
export type LinkError = 'link_unknown' | 'link_expired' | 'link_used'

export function judgeLink(
  link: MailedLink | undefined,
  now: number,
): Result<MailedLink, LinkError> {
  if (!link) return fail('link_unknown')
  if (link.endsAt <= now) return fail('link_expired')
  return link.isUsed ? fail('link_used') : ok(link)
}
