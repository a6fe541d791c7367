import type {
  AccountId,
  ApiKeyId,
  BreakGlassId,
  CredentialId,
  DirectoryId,
  IdpId,
  InvitationId,
  MailId,
  OrgId,
  SessionId,
  TestId,
  TraceId,
  UserId,
} from '../ids.ts'

/** Primary keys of all items (docs/storage.md). Grants name the same prefixes (infra/routes.ts). */
export const directoryKeys = {
  organization: (orgId: OrgId) => ({ pk: `org#${orgId}`, sk: 'org' }),
  user: (orgId: OrgId, userId: UserId) => ({ pk: `org#${orgId}#user#${userId}`, sk: 'user' }),
  /** Makes an address unique in an organization, and lists its people by address. */
  email: (orgId: OrgId, foldedEmail: string) => ({ pk: `org#${orgId}#email`, sk: foldedEmail }),
  /** Lists people by name: a folded name, a space and the id. */
  name: (orgId: OrgId, nameAndId: string) => ({ pk: `org#${orgId}#name`, sk: nameAndId }),
  /** Lists the people whose address is in a domain. */
  domainUser: (orgId: OrgId, domain: string, userId: UserId) => ({
    pk: `org#${orgId}#domain#${domain}`,
    sk: userId,
  }),
  /** Lists people who were deleted and can be restored. */
  deletedUser: (orgId: OrgId, userId: UserId) => ({ pk: `org#${orgId}#deleted`, sk: userId }),
  /** How a user is known to providers, beside the user: see `subject`. */
  userSubject: (orgId: OrgId, userId: UserId, subjectKey: string) => ({
    pk: `org#${orgId}#user#${userId}`,
    sk: `subject#${subjectKey}`,
  }),
  /** That a SCIM directory provisions a user. */
  directoryLink: (orgId: OrgId, userId: UserId, directoryId: DirectoryId) => ({
    pk: `org#${orgId}#user#${userId}`,
    sk: `scim#${directoryId}`,
  }),
  /** Groups that a provider last said a user is in. */
  userGroups: (orgId: OrgId, userId: UserId, idpId: IdpId) => ({
    pk: `org#${orgId}#user#${userId}`,
    sk: `groups#${idpId}`,
  }),
  /** What a user may use. */
  access: (orgId: OrgId, userId: UserId, accountId: AccountId, product: string) => ({
    pk: `org#${orgId}#user#${userId}`,
    sk: `access#${accountId}#${product}`,
  }),
  /** The same in one item: by which accounts, by product. */
  userProducts: (orgId: OrgId, userId: UserId) => ({
    pk: `org#${orgId}#user#${userId}`,
    sk: 'products',
  }),
  /** An organization's administrators; no id is `count`. */
  admin: (orgId: OrgId, userId: UserId) => ({ pk: `admins#${orgId}`, sk: userId }),
  adminCount: (orgId: OrgId) => ({ pk: `admins#${orgId}`, sk: 'count' }),
  /** Leads from an address to the organizations that it administers. */
  adminEmail: (emailHash: string, orgId: OrgId) => ({ pk: `adminemail#${emailHash}`, sk: orgId }),
  /** An administrator's wish for a mailed link, for the function that sends it. */
  linkRequest: (id: string) => ({ pk: `linkrequest#${id}`, sk: 'linkrequest' }),
  /** A break-glass request and what came of it, kept; no id is `current`. */
  breakGlass: (orgId: OrgId, id: BreakGlassId) => ({ pk: `breakglass#${orgId}`, sk: id }),
  /** The latest of them: of two that are made at once, one is that of the other's approval. */
  currentBreakGlass: (orgId: OrgId) => ({ pk: `breakglass#${orgId}`, sk: 'current' }),
  invitation: (orgId: OrgId, id: InvitationId) => ({ pk: `invitations#${orgId}`, sk: id }),
  /** All organizations, for operators. */
  listedOrganization: (orgId: OrgId) => ({ pk: 'orgs', sk: orgId }),
  /** Makes a domain belong to one organization. */
  domain: (domain: string) => ({ pk: `domain#${domain}`, sk: 'domain' }),
  /** A claim, pending, expired or proved, in its organization's list; no domain is `count`. */
  claim: (orgId: OrgId, domain: string) => ({ pk: `domains#${orgId}`, sk: domain }),
  claimCount: (orgId: OrgId) => ({ pk: `domains#${orgId}`, sk: 'count' }),
  /** All proved domains, for the schedule. */
  scheduledDomain: (domain: string) => ({ pk: 'domains', sk: domain }),
  idp: (idpId: IdpId) => ({ pk: `idp#${idpId}`, sk: 'idp' }),
  /** What sign-ins do not need of it. */
  management: (idpId: IdpId) => ({ pk: `idp#${idpId}`, sk: 'management' }),
  /** An organization's list of providers; no id is `count`. */
  listedIdp: (orgId: OrgId, idpId: IdpId) => ({ pk: `idps#${orgId}`, sk: idpId }),
  idpCount: (orgId: OrgId) => ({ pk: `idps#${orgId}`, sk: 'count' }),
  /** All providers, for the schedule. */
  scheduledIdp: (idpId: IdpId) => ({ pk: 'idps', sk: idpId }),
  /** The same provider, found by what its responses say. */
  issuer: (issuerKey: string) => ({ pk: `issuer#${issuerKey}`, sk: 'idp' }),
  subject: (subjectKey: string) => ({ pk: `subject#${subjectKey}`, sk: 'subject' }),
  /** Which groups were last asserted of it, and which rules have been applied to them. */
  subjectGroups: (subjectKey: string) => ({ pk: `subject#${subjectKey}`, sk: 'groups' }),
  catalogue: () => ({ pk: 'catalogue', sk: 'products' }),
  /** How many accounts have seats of a product. */
  productUse: (product: string) => ({ pk: 'catalogue', sk: `product#${product}` }),
  apiKey: (id: ApiKeyId) => ({ pk: `apikey#${id}`, sk: 'apikey' }),
  /** An organization's list of API keys. */
  listedApiKey: (orgId: OrgId, id: ApiKeyId) => ({ pk: `apikeys#${orgId}`, sk: id }),
  /** An organization's list of setup links. */
  setupLink: (orgId: OrgId, id: ApiKeyId) => ({ pk: `setuplinks#${orgId}`, sk: id }),
  /** Of one of our SAML keys; the name of a key tells nothing of the account that it is in. */
  certificate: (keyName: string) => ({ pk: `certificate#${keyName}`, sk: 'certificate' }),
  credential: (id: CredentialId) => ({ pk: `credential#${id}`, sk: 'credential' }),
  /** All product credentials, for operators. */
  listedCredential: (id: CredentialId) => ({ pk: 'credentials', sk: id }),
  /** A customer account, in its organization's list; no id is `count`. */
  account: (orgId: OrgId, accountId: AccountId) => ({ pk: `accounts#${orgId}`, sk: accountId }),
  accountCount: (orgId: OrgId) => ({ pk: `accounts#${orgId}`, sk: 'count' }),
  /** Seats of an account for one product: how many, how many are taken. */
  seats: (orgId: OrgId, accountId: AccountId, product: string) => ({
    pk: `seats#${orgId}`,
    sk: `${accountId}#${product}`,
  }),
  /** Lists who has, or waits for, a seat. */
  holder: (orgId: OrgId, accountId: AccountId, product: string, place: string) => ({
    pk: `holders#${orgId}#${accountId}#${product}`,
    sk: place,
  }),
  /** All group rules of an organization: read whole, so one item. */
  rules: (orgId: OrgId) => ({ pk: `rules#${orgId}`, sk: 'rules' }),
  /** Which revision they have: sign-ins read no more. */
  rulesRevision: (orgId: OrgId) => ({ pk: `rules#${orgId}`, sk: 'rev' }),
  /** By organization and time. Where nobody knows whose it is, by the id's last digit, to spread. */
  trace: (orgId: OrgId | undefined, id: TraceId) => ({
    pk: `trace#${orgId ?? `unattributed#${id.at(-1)}`}`,
    sk: id,
  }),
  /**
   * What nothing vouches for and anybody can have us write, apart from the sign-ins of the
   * organization: whoever writes too much here slows only this down.
   */
  unvouchedTrace: (orgId: OrgId, id: TraceId) => ({ pk: `trace#${orgId}#unvouched`, sk: id }),
} as const

export const ephemeralKeys = {
  login: (handle: string) => ({ pk: `login#${handle}` }),
  /** A LogoutRequest: ours until it is answered, a provider's so that it is good once. */
  logout: (handle: string) => ({ pk: `logout#${handle}` }),
  /** Leads from the NameID of one session to somebody who is known by an attribute. */
  sessionName: (nameIdKey: string) => ({ pk: `session#${nameIdKey}` }),
  /** A test sign-in that an admin asked for, then what came of it. */
  test: (id: TestId) => ({ pk: `test#${id}` }),
  /** An administrator's session. */
  adminSession: (id: SessionId) => ({ pk: `adminsession#${id}` }),
  /** A mailed link. */
  link: (handle: string) => ({ pk: `link#${handle}` }),
  /** Tells that a mail has gone to one of those that it is for. */
  sentMail: (id: MailId, recipient: string) => ({ pk: `mail#${id}#${recipient}` }),
  /** Calls of one caller in one window of time. */
  rate: (callerAndWindow: string) => ({ pk: `rate#${callerAndWindow}` }),
  /** What a call was answered that may come again. */
  answered: (keyHash: string) => ({ pk: `answered#${keyHash}` }),
} as const
