import type { ApiKeyId, CredentialId, IdpId, OrgId, TestId, TraceId, UserId } from '../ids.ts'

/** Primary keys of all items (docs/storage.md). Grants name the same prefixes (infra/routes.ts). */
export const directoryKeys = {
  organization: (orgId: OrgId) => ({ pk: `org#${orgId}`, sk: 'org' }),
  user: (orgId: OrgId, userId: UserId) => ({ pk: `org#${orgId}#user#${userId}`, sk: 'user' }),
  /** Makes an address unique in an organization. */
  email: (orgId: OrgId, foldedEmail: string) => ({ pk: `org#${orgId}#email`, sk: foldedEmail }),
  /** Makes a domain belong to one organization. */
  domain: (domain: string) => ({ pk: `domain#${domain}`, sk: 'domain' }),
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
  catalogue: () => ({ pk: 'catalogue', sk: 'products' }),
  apiKey: (id: ApiKeyId) => ({ pk: `apikey#${id}`, sk: 'apikey' }),
  /** An organization's list of setup links. */
  setupLink: (orgId: OrgId, id: ApiKeyId) => ({ pk: `setuplinks#${orgId}`, sk: id }),
  /** Of one of our SAML keys; the name of a key tells nothing of the account that it is in. */
  certificate: (keyName: string) => ({ pk: `certificate#${keyName}`, sk: 'certificate' }),
  credential: (id: CredentialId) => ({ pk: `credential#${id}`, sk: 'credential' }),
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
  /** What a call was answered that may come again. */
  answered: (keyHash: string) => ({ pk: `answered#${keyHash}` }),
} as const
