import { roleOf } from '../admin/administrator.ts'
import {
  issueLink,
  LINK_SECONDS,
  type LinkKind,
  linkUrl,
  type MailedLink,
} from '../admin/mailed-link.ts'
import type { OrgId } from '../ids.ts'
import { sha256 } from '../secrets.ts'
import { foldEmail } from '../users/email.ts'
import * as contents from './contents.ts'
import {
  alertDrafts,
  type Draft,
  domainDrafts,
  draft,
  pausedDrafts,
  type Setting,
  tokenDrafts,
} from './notices.ts'
import type { Addressee } from './ports.ts'
import type {
  StoredBreakGlass,
  StoredDirectory,
  StoredDomain,
  StoredInvitation,
  StoredLinkRequest,
  StoredScimToken,
  StoredSsoToken,
} from './stored.ts'
import type { WantedMail } from './types.ts'

/** A mail that a change asks for, and the item as it was written. */
export type Wish = { mail: WantedMail; item: object }

/** Who is to get a mail, and how it is written; nobody where it has become pointless. */
export async function draftLetters(setting: Setting, { mail, item }: Wish): Promise<Draft[]> {
  switch (mail.kind) {
    case 'sign-in-link':
      return signInDrafts(setting, item as StoredLinkRequest)
    case 'break-glass-confirm':
      return confirmDrafts(setting, item as StoredLinkRequest)
    case 'break-glass-notice':
      return noticeDrafts(setting, item as StoredBreakGlass)
    case 'invitation':
      return invitationDrafts(setting, item as StoredInvitation)
    case 'domain-missing':
      return domainDrafts(setting, item as StoredDomain, contents.domainMissing)
    case 'domain-lapsed':
      return domainDrafts(setting, item as StoredDomain, contents.domainLapsed)
    case 'directory-paused':
      return pausedDrafts(setting, item as StoredDirectory)
    case 'scim-token-expiring':
      return tokenDrafts(setting, item as StoredScimToken)
    case 'sso-token-alert':
      return alertDrafts(setting, item as StoredSsoToken)
    default:
      return mail.kind satisfies never
  }
}

/** Organizations that one address may administer and ask for by one wish. */
const MOST_ORGANIZATIONS = 10

/** Whom the address belongs to, if they are administrators now. */
async function administratorsAt(
  { directory, now }: Setting,
  { email, expiresAt }: StoredLinkRequest,
) {
  if (expiresAt <= now) return []
  const rows = await directory.findByAddress(sha256(foldEmail(email)))
  const found = await Promise.all(
    rows.slice(0, MOST_ORGANIZATIONS).map(({ orgId, userId }) => directory.find(orgId, userId)),
  )
  return found.flatMap((one) => {
    const isTheirs = one && foldEmail(one.user.email) === foldEmail(email)
    const judged = roleOf(one?.user)
    return isTheirs && judged.ok ? [{ ...one, role: judged.value.role }] : []
  })
}

async function signInDrafts(setting: Setting, request: StoredLinkRequest): Promise<Draft[]> {
  const found = await administratorsAt(setting, request)
  return found.map((one) => (one.hasProvider ? byProvider(setting, one) : byLink(setting, one)))
}

const byProvider = (setting: Setting, one: Addressee) =>
  draft(one, () => {
    const url = ssoUrl(setting, one.user.orgId)
    return { content: contents.signInByProvider({ organization: one.organization, url }) }
  })

const byLink = (setting: Setting, one: Addressee) =>
  draft(one, () => {
    const endsAt = setting.now + LINK_SECONDS
    const { url, link } = newLink(setting, one, { kind: 'sign-in', endsAt })
    return { content: contents.signInByLink({ organization: one.organization, url }, endsAt), link }
  })

async function confirmDrafts(setting: Setting, request: StoredLinkRequest): Promise<Draft[]> {
  const found = await administratorsAt(setting, request)
  const endsAt = setting.now + LINK_SECONDS
  return found
    .filter(({ role }) => role === 'admin')
    .map((one) =>
      draft(one, () => {
        const { url, link } = newLink(setting, one, { kind: 'break-glass', endsAt })
        const { organization } = one
        return { content: contents.confirmBreakGlass({ organization, url }, endsAt), link }
      }),
    )
}

async function noticeDrafts(setting: Setting, record: StoredBreakGlass): Promise<Draft[]> {
  const admins = await setting.directory.findAdmins(record.orgId)
  const nameOf = (userId: string | undefined) => {
    const user = admins.find((one) => one.user.userId === userId)?.user
    return user?.displayName ? `${user.displayName} (${user.email})` : (user?.email ?? 'Somebody')
  }
  const { requestedBy, approvedBy, requestEndsAt: endsAt, openUntil } = record
  return admins.map((one) =>
    draft(one, () => {
      const { organization } = one
      const url = `${setting.publicUrl}/admin/break-glass`
      const asked = { organization, url, requestedBy: nameOf(requestedBy), endsAt }
      if (openUntil === undefined) return { content: contents.breakGlassRequested(asked) }
      const people = [nameOf(requestedBy), nameOf(approvedBy)]
      return { content: contents.breakGlassOpened({ organization, people, openUntil }) }
    }),
  )
}

/** To administrators a link of their own; to everybody else, and by a provider, how to sign in. */
async function invitationDrafts(setting: Setting, invited: StoredInvitation): Promise<Draft[]> {
  const { orgId, userId, invitationId, role = 'member', endsAt } = invited
  const one = endsAt > setting.now ? await setting.directory.find(orgId, userId) : undefined
  if (one?.user.state !== 'invited') return []
  const isAdministrator = role === 'admin' || role === 'reader'
  return [
    draft(one, () => {
      const { organization } = one
      const known = { organization, role, endsAt }
      if (isAdministrator && !one.hasProvider) {
        const { url, link } = newLink(setting, one, { kind: 'invitation', endsAt, invitationId })
        return { content: contents.invitation({ ...known, url }), link }
      }
      const url = isAdministrator ? ssoUrl(setting, orgId) : `${setting.publicUrl}/login`
      return { content: contents.invitation({ ...known, url }) }
    }),
  ]
}

type LinkWanted = Pick<MailedLink, 'invitationId'> & { kind: LinkKind; endsAt: number }

function newLink({ publicUrl }: Setting, { user }: Addressee, wanted: LinkWanted) {
  const { link, token } = issueLink({ orgId: user.orgId, userId: user.userId, ...wanted })
  return { link, url: linkUrl(publicUrl, token) }
}

const ssoUrl = ({ publicUrl }: Setting, orgId: OrgId) =>
  `${publicUrl}/admin/sign-in/sso?organization=${orgId}`
