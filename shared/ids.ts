import { randomBytes } from 'node:crypto'

/** Every id is a prefix that tells what it names, and 128 random bits. */
export type OrgId = `org_${string}`
export type IdpId = `idp_${string}`
export type UserId = `usr_${string}`
export type CredentialId = `cred_${string}`
export type ApiKeyId = `key_${string}`
/** Of a customer account, which products are billed to. */
export type AccountId = `acc_${string}`
/** Of a rule that gives products to a group. */
export type RuleId = `rul_${string}`
export type InvitationId = `inv_${string}`
/** Of an administrator's session. */
export type SessionId = `ses_${string}`
export type EventId = `evt_${string}`
/** Of a mail that a change asks for. */
export type MailId = `mail_${string}`
/** Of a break-glass request. */
export type BreakGlassId = `bgl_${string}`
/** Of a SCIM directory: the digits of its organization, then its own. */
export type DirectoryId = `dir_${string}`
/** Of a token that a provisioning client presents. */
export type ScimTokenId = `sct_${string}`
/** Of a group that a directory provisions. */
export type GroupId = `grp_${string}`
/** Of a change of a directory, or of a request that it refused. */
export type ChangeId = `chg_${string}`
/** Of what a partner portal authenticates with: the digits of its organization, then its own. */
export type SsoTokenId = `sso_${string}`
/** Of what is remembered of a login token that a portal got. */
export type ReceiptId = `rcp_${string}`
type JwtId = `jwt_${string}`
/** Of a test sign-in; whoever knows it may start that test. */
export type TestId = `tst_${string}`
export type TraceId = `trc_${string}`

const random = () => randomBytes(16).toString('hex')

/** Whether a text has the form of an organization's id. */
export const isOrgId = (text: string): text is OrgId => /^org_[0-9a-f]{32}$/.test(text)

/** The same of an identity provider's. */
export const isIdpId = (text: string): text is IdpId => /^idp_[0-9a-f]{32}$/.test(text)

/** The same of an API key's. */
export const isApiKeyId = (text: string): text is ApiKeyId => /^key_[0-9a-f]{32}$/.test(text)

/** The same of a user's. */
export const isUserId = (text: string): text is UserId => /^usr_[0-9a-f]{32}$/.test(text)

/** The same of an invitation's. */
export const isInvitationId = (text: string): text is InvitationId =>
  /^inv_[0-9a-f]{32}$/.test(text)

/** The same of an administrator's session's. */
export const isSessionId = (text: string): text is SessionId => /^ses_[0-9a-f]{32}$/.test(text)

/** The same of an emergency's. */
export const isBreakGlassId = (text: string): text is BreakGlassId =>
  /^bgl_[0-9a-f]{32}$/.test(text)

/** The same of a customer account's. */
export const isAccountId = (text: string): text is AccountId => /^acc_[0-9a-f]{32}$/.test(text)

/** The same of a product credential's. */
export const isCredentialId = (text: string): text is CredentialId =>
  /^cred_[0-9a-f]{32}$/.test(text)

/** The same of a trace's. */
export const isTraceId = (text: unknown): text is TraceId =>
  typeof text === 'string' && /^trc_[0-9a-f]{32}$/.test(text)

/** The same of a test sign-in's. */
export const isTestId = (text: unknown): text is TestId =>
  typeof text === 'string' && /^tst_[0-9a-f]{32}$/.test(text)

/** The same of a SCIM directory's. */
export const isDirectoryId = (text: string): text is DirectoryId => /^dir_[0-9a-f]{40}$/.test(text)

/** The same of a SCIM token's. */
export const isScimTokenId = (text: string): text is ScimTokenId => /^sct_[0-9a-f]{32}$/.test(text)

/** The same of a group's. */
export const isGroupId = (text: string): text is GroupId => /^grp_[0-9a-f]{32}$/.test(text)

/** The same of a change's. */
export const isChangeId = (text: string): text is ChangeId => /^chg_[0-9a-f]{32}$/.test(text)

/** The same of an SSO token's. */
export const isSsoTokenId = (text: string): text is SsoTokenId => /^sso_[0-9a-f]{48}$/.test(text)

/** The same of a receipt's. */
export const isReceiptId = (text: string): text is ReceiptId => /^rcp_[0-9a-f]{32}$/.test(text)

/** An SSO token's id tells whose it is: token and user are read in one round. */
export const newSsoTokenId = (orgId: OrgId): SsoTokenId =>
  `sso_${orgId.slice('org_'.length)}${randomBytes(8).toString('hex')}`

export const orgOfSsoToken = (id: SsoTokenId): OrgId => `org_${id.slice(4, 36)}`

/** Begins with its time in milliseconds, so that a list has them in order. */
export const newReceiptId = (nowMs: number): ReceiptId =>
  `rcp_${nowMs.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`

/** A directory's id tells whose it is: whoever reads a request need not look it up. */
export const newDirectoryId = (orgId: OrgId): DirectoryId =>
  `dir_${orgId.slice('org_'.length)}${randomBytes(4).toString('hex')}`

export const orgOfDirectory = (id: DirectoryId): OrgId => `org_${id.slice(4, 36)}`

export const newScimTokenId = (): ScimTokenId => `sct_${random()}`
export const newGroupId = (): GroupId => `grp_${random()}`
/** Begins with its time in milliseconds, so that a list has them in order. */
export const newChangeId = (nowMs: number): ChangeId =>
  `chg_${nowMs.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`

export const newOrgId = (): OrgId => `org_${random()}`
export const newIdpId = (): IdpId => `idp_${random()}`
export const newUserId = (): UserId => `usr_${random()}`
export const newMailId = (): MailId => `mail_${random()}`
/** Begins with its time in milliseconds, so that a list has them in order. */
export const newBreakGlassId = (nowMs: number): BreakGlassId =>
  `bgl_${nowMs.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`

export const newSessionId = (): SessionId => `ses_${random()}`
export const newApiKeyId = (): ApiKeyId => `key_${random()}`
export const newRuleId = (): RuleId => `rul_${random()}`
export const newAccountId = (): AccountId => `acc_${random()}`
export const newCredentialId = (): CredentialId => `cred_${random()}`
export const newTestId = (): TestId => `tst_${random()}`
export const newJwtId = (): JwtId => `jwt_${random()}`
export const newEventId = (): EventId => `evt_${random()}`

/**
 * A trace id begins with its time in milliseconds, so that traces are listed in order.
 *
 * @param now epoch milliseconds
 */
export const newTraceId = (now: number): TraceId =>
  `trc_${now.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`

/** ID of a SAML message: an NCName that cannot be guessed (SAML Core 2.0 §1.3.4, 160 bits). */
export const newMessageId = () => `_${randomBytes(20).toString('hex')}`
