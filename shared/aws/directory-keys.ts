import type {
  AccountId,
  ApiKeyId,
  BreakGlassId,
  CredentialId,
  DirectoryId,
  IdpId,
  InvitationId,
  OrgId,
  ReceiptId,
  SsoTokenId,
  TraceId,
  UserId,
} from '../ids.ts'

/**
 * Primary keys of the directory table (docs/storage.md). Grants name the same prefixes
 * (infra/routes.ts). Imported as a namespace: a bundle holds those that it uses.
 */

export const organization = (orgId: OrgId) => ({ pk: `org#${orgId}`, sk: 'org' })
export const user = (orgId: OrgId, userId: UserId) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: 'user',
})
/** Makes an address unique in an organization, and lists its people by address. */
export const email = (orgId: OrgId, foldedEmail: string) => ({
  pk: `org#${orgId}#email`,
  sk: foldedEmail,
})
/** Makes a user name unique in an organization. */
export const userName = (orgId: OrgId, folded: string) => ({
  pk: `org#${orgId}#username`,
  sk: folded,
})
/** Lists people by name: a folded name, a space and the id. */
export const name = (orgId: OrgId, nameAndId: string) => ({
  pk: `org#${orgId}#name`,
  sk: nameAndId,
})
/** Lists the people whose address is in a domain. */
export const domainUser = (orgId: OrgId, domain: string, userId: UserId) => ({
  pk: `org#${orgId}#domain#${domain}`,
  sk: userId,
})
/** Lists people who were deleted and can be restored. */
export const deletedUser = (orgId: OrgId, userId: UserId) => ({
  pk: `org#${orgId}#deleted`,
  sk: userId,
})
/** How a user is known to providers, beside the user: see `subject`. */
export const userSubject = (orgId: OrgId, userId: UserId, subjectKey: string) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: `subject#${subjectKey}`,
})
/** That a SCIM directory provisions a user. */
export const directoryLink = (orgId: OrgId, userId: UserId, directoryId: DirectoryId) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: `scim#${directoryId}`,
})
/** Groups that a provider last said a user is in. */
export const userGroups = (orgId: OrgId, userId: UserId, idpId: IdpId) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: `groups#${idpId}`,
})
/** What a user may use. */
export const access = (orgId: OrgId, userId: UserId, accountId: AccountId, product: string) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: `access#${accountId}#${product}`,
})
/** The same in one item: by which accounts, by product. */
export const userProducts = (orgId: OrgId, userId: UserId) => ({
  pk: `org#${orgId}#user#${userId}`,
  sk: 'products',
})
/** An organization's administrators; no id is `count`. */
export const admin = (orgId: OrgId, userId: UserId) => ({ pk: `admins#${orgId}`, sk: userId })
export const adminCount = (orgId: OrgId) => ({ pk: `admins#${orgId}`, sk: 'count' })
/** Leads from an address to the organizations that it administers. */
export const adminEmail = (emailHash: string, orgId: OrgId) => ({
  pk: `adminemail#${emailHash}`,
  sk: orgId,
})
/** An administrator's wish for a mailed link, for the function that sends it. */
export const linkRequest = (id: string) => ({ pk: `linkrequest#${id}`, sk: 'linkrequest' })
/** A break-glass request and what came of it, kept; no id is `current`. */
export const breakGlass = (orgId: OrgId, id: BreakGlassId) => ({
  pk: `breakglass#${orgId}`,
  sk: id,
})
/** The latest of them: of two that are made at once, one is that of the other's approval. */
export const currentBreakGlass = (orgId: OrgId) => ({ pk: `breakglass#${orgId}`, sk: 'current' })
export const invitation = (orgId: OrgId, id: InvitationId) => ({
  pk: `invitations#${orgId}`,
  sk: id,
})
/** All organizations, for operators. */
export const listedOrganization = (orgId: OrgId) => ({ pk: 'orgs', sk: orgId })
/** Makes a domain belong to one organization. */
export const domain = (domain: string) => ({ pk: `domain#${domain}`, sk: 'domain' })
/** A claim, pending, expired or proved, in its organization's list; no domain is `count`. */
export const claim = (orgId: OrgId, domain: string) => ({ pk: `domains#${orgId}`, sk: domain })
export const claimCount = (orgId: OrgId) => ({ pk: `domains#${orgId}`, sk: 'count' })
/** All proved domains, for the schedule. */
export const scheduledDomain = (domain: string) => ({ pk: 'domains', sk: domain })
export const idp = (idpId: IdpId) => ({ pk: `idp#${idpId}`, sk: 'idp' })
/** What sign-ins do not need of it. */
export const management = (idpId: IdpId) => ({ pk: `idp#${idpId}`, sk: 'management' })
/** An organization's list of providers; no id is `count`. */
export const listedIdp = (orgId: OrgId, idpId: IdpId) => ({ pk: `idps#${orgId}`, sk: idpId })
export const idpCount = (orgId: OrgId) => ({ pk: `idps#${orgId}`, sk: 'count' })
/** All providers, for the schedule. */
export const scheduledIdp = (idpId: IdpId) => ({ pk: 'idps', sk: idpId })
/** The same provider, found by what its responses say. */
export const issuer = (issuerKey: string) => ({ pk: `issuer#${issuerKey}`, sk: 'idp' })
export const subject = (subjectKey: string) => ({ pk: `subject#${subjectKey}`, sk: 'subject' })
/** Which groups were last asserted of it, and which rules have been applied to them. */
export const subjectGroups = (subjectKey: string) => ({ pk: `subject#${subjectKey}`, sk: 'groups' })
export const catalogue = () => ({ pk: 'catalogue', sk: 'products' })
/** How many accounts have seats of a product. */
export const productUse = (product: string) => ({ pk: 'catalogue', sk: `product#${product}` })
export const apiKey = (id: ApiKeyId) => ({ pk: `apikey#${id}`, sk: 'apikey' })
/** An organization's list of API keys. */
export const listedApiKey = (orgId: OrgId, id: ApiKeyId) => ({ pk: `apikeys#${orgId}`, sk: id })
/** An organization's list of setup links. */
export const setupLink = (orgId: OrgId, id: ApiKeyId) => ({ pk: `setuplinks#${orgId}`, sk: id })
/** What a portal authenticates with, in its organization's list. */
export const ssoToken = (orgId: OrgId, id: SsoTokenId) => ({ pk: `ssotokens#${orgId}`, sk: id })
/** All SSO tokens, for the schedule. */
export const scheduledSsoToken = (id: SsoTokenId) => ({ pk: 'ssotokens', sk: id })
/** What is remembered of a login token that a portal got. */
export const receipt = (ssoTokenId: SsoTokenId, id: ReceiptId) => ({
  pk: `ssoreceipts#${ssoTokenId}`,
  sk: id,
})
/** The same of a request whose SSO token is not proved: whoever knows its id can have us write here. */
export const unprovedReceipt = (ssoTokenId: SsoTokenId, id: ReceiptId) => ({
  pk: `ssoreceipts#${ssoTokenId}#unproved`,
  sk: id,
})
/** Of one of our SAML keys; the name of a key tells nothing of the account that it is in. */
export const certificate = (keyName: string) => ({
  pk: `certificate#${keyName}`,
  sk: 'certificate',
})
export const credential = (id: CredentialId) => ({ pk: `credential#${id}`, sk: 'credential' })
/** All product credentials, for operators. */
export const listedCredential = (id: CredentialId) => ({ pk: 'credentials', sk: id })
/** A customer account, in its organization's list; no id is `count`. */
export const account = (orgId: OrgId, accountId: AccountId) => ({
  pk: `accounts#${orgId}`,
  sk: accountId,
})
export const accountCount = (orgId: OrgId) => ({ pk: `accounts#${orgId}`, sk: 'count' })
/** Seats of an account for one product: how many, how many are taken. */
export const seats = (orgId: OrgId, accountId: AccountId, product: string) => ({
  pk: `seats#${orgId}`,
  sk: `${accountId}#${product}`,
})
/** Lists who has, or waits for, a seat. */
export const holder = (orgId: OrgId, accountId: AccountId, product: string, place: string) => ({
  pk: `holders#${orgId}#${accountId}#${product}`,
  sk: place,
})
/** All group rules of an organization: read whole, so one item. */
export const rules = (orgId: OrgId) => ({ pk: `rules#${orgId}`, sk: 'rules' })
/** Which revision they have: sign-ins read no more. */
export const rulesRevision = (orgId: OrgId) => ({ pk: `rules#${orgId}`, sk: 'rev' })
/** By organization and time. Where nobody knows whose it is, by the id's last digit, to spread. */
export const trace = (orgId: OrgId | undefined, id: TraceId) => ({
  pk: `trace#${orgId ?? `unattributed#${id.at(-1)}`}`,
  sk: id,
})
/**
 * What nothing vouches for and anybody can have us write, apart from the sign-ins of the
 * organization: whoever writes too much here slows only this down.
 */
export const unvouchedTrace = (orgId: OrgId, id: TraceId) => ({
  pk: `trace#${orgId}#unvouched`,
  sk: id,
})
