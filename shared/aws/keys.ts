import type { CredentialId, IdpId, OrgId, TraceId, UserId } from '../ids.ts'

/** Primary keys of all items (docs/storage.md). Grants name the same prefixes (infra/routes.ts). */
export const directoryKeys = {
  organization: (orgId: OrgId) => ({ pk: `org#${orgId}`, sk: 'org' }),
  user: (orgId: OrgId, userId: UserId) => ({ pk: `org#${orgId}#user#${userId}`, sk: 'user' }),
  /** Makes an address unique in an organization. */
  email: (orgId: OrgId, foldedEmail: string) => ({ pk: `org#${orgId}#email`, sk: foldedEmail }),
  /** Makes a domain belong to one organization. */
  domain: (domain: string) => ({ pk: `domain#${domain}`, sk: 'domain' }),
  idp: (idpId: IdpId) => ({ pk: `idp#${idpId}`, sk: 'idp' }),
  /** The same provider, found by what its responses say. */
  issuer: (issuerKey: string) => ({ pk: `issuer#${issuerKey}`, sk: 'idp' }),
  subject: (subjectKey: string) => ({ pk: `subject#${subjectKey}`, sk: 'subject' }),
  catalogue: () => ({ pk: 'catalogue', sk: 'products' }),
  credential: (id: CredentialId) => ({ pk: `credential#${id}`, sk: 'credential' }),
  /** By organization and time. Where nobody knows whose it is, by the id's last digit, to spread. */
  trace: (orgId: OrgId | undefined, id: TraceId) => ({
    pk: `trace#${orgId ?? `unattributed#${id.at(-1)}`}`,
    sk: id,
  }),
} as const

export const ephemeralKeys = {
  login: (handle: string) => ({ pk: `login#${handle}` }),
} as const
