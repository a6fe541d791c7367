import type { MailedLink } from '../admin/mailed-link.ts'
import type { OrgId } from '../ids.ts'
import * as contents from './contents.ts'
import { ssoTokenAlert } from './portal-contents.ts'
import type { Addressee, MailDirectory } from './ports.ts'
import type { StoredDirectory, StoredDomain, StoredScimToken, StoredSsoToken } from './stored.ts'
import type { Content } from './types.ts'

/** A mail that is still to be written: links are made only for what is really sent. */
export type Draft = {
  /** Tells one who gets this mail from another; it is no address. */
  recipient: string
  to: string
  write(): { content: Content; link?: MailedLink }
}

/** What drafts are written with. */
export type Setting = { directory: MailDirectory; publicUrl: string; now: number }

/** Of a domain whose proof is missing, or was for too long. */
export const domainDrafts = (
  setting: Setting,
  { domain, orgId, graceEndsAt }: StoredDomain,
  content: typeof contents.domainMissing,
) => toAdmins(setting, orgId, (organization) => content({ organization, domain, graceEndsAt }))

/** Of a directory that the guard has paused: nobody where it was resumed before the mail went. */
export async function pausedDrafts(setting: Setting, stored: StoredDirectory): Promise<Draft[]> {
  const { orgId, name: directory, paused, guard } = stored
  if (!paused) return []
  return toAdmins(setting, orgId, (organization) =>
    contents.directoryPaused({ organization, directory, at: paused.at, ...guard }),
  )
}

/** Of a SCIM token that ends soon. */
export const tokenDrafts = (setting: Setting, { orgId, ...token }: StoredScimToken) =>
  toAdmins(setting, orgId, (organization) =>
    contents.scimTokenExpiring({
      ...{ organization, directory: token.directoryName },
      ...{ label: token.label, expiresAt: token.expiresAt },
    }),
  )

/** Of what was noticed of the use of an SSO token. */
export const alertDrafts = (setting: Setting, { orgId, alert, ...token }: StoredSsoToken) =>
  toAdmins(setting, orgId, (organization) => ssoTokenAlert({ organization, ...token, ...alert }))

/** The same to all administrators, without a link. */
async function toAdmins(
  { directory }: Setting,
  orgId: OrgId,
  content: (organization: string) => Content,
): Promise<Draft[]> {
  const admins = await directory.findAdmins(orgId)
  return admins.map((one) => draft(one, () => ({ content: content(one.organization) })))
}

/** A mail to one administrator. */
export const draft = ({ user }: Addressee, write: Draft['write']): Draft => ({
  recipient: `${user.orgId}#${user.userId}`,
  to: user.email,
  write,
})
