import type { Administrator } from '../admin/administrator.ts'
import type { MailedLink } from '../admin/mailed-link.ts'
import type { MailId, OrgId, UserId } from '../ids.ts'
import type { Letter } from './types.ts'

/** A person, with what a mail says of their organization. */
export type Addressee = {
  user: Administrator
  organization: string
  /** Whether an identity provider is active: people sign in by it, not by mail. */
  hasProvider: boolean
}

export type MailDirectory = {
  /** Whom an address administers what for; the hash is that of the folded address. */
  findByAddress(emailHash: string): Promise<readonly { orgId: OrgId; userId: UserId }[]>
  find(orgId: OrgId, userId: UserId): Promise<Addressee | undefined>
  /** The active administrators of an organization: those of role `admin`, a hundred at most. */
  findAdmins(orgId: OrgId): Promise<readonly Addressee[]>
}

export type LinkKeeper = { save(link: MailedLink): Promise<void> }

/** Remembers what was sent, so that a change that is seen twice is not told of twice. */
export type SentMails = {
  has(id: MailId, recipient: string): Promise<boolean>
  add(id: MailId, recipient: string, expiresAt: number): Promise<void>
}

export type Mailer = {
  /**
   * `rejected`: it will never be taken, for example because the address cannot be one.
   *
   * @throws where it may be taken later
   */
  send(letter: Letter): Promise<'sent' | 'rejected'>
}
