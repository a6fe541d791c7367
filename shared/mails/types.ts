import type { MailId } from '../ids.ts'

/** What mails are about. */
export type MailKind =
  | 'sign-in-link'
  | 'invitation'
  | 'break-glass-confirm'
  | 'break-glass-notice'
  | 'domain-missing'
  | 'domain-lapsed'
  | 'directory-paused'
  | 'scim-token-expiring'
  | 'sso-token-alert'

/** A mail that a change asks for, as it stands on the changed item. */
export type WantedMail = {
  id: MailId
  kind: MailKind
  /** Epoch seconds. */
  at: number
}

/** What a mail says. Both forms say the same. */
export type Content = { subject: string; text: string; html: string }

/** A mail to one person. */
export type Letter = Content & { to: string }
