import type { EventType } from '../events/catalogue.ts'
import { issuerKeysOf } from '../idps/issuers.ts'
import type { AccountId, ApiKeyId, IdpId, OrgId, UserId } from '../ids.ts'
import type { OrganizationItem, OrganizationList } from '../orgs/transfer.ts'
import { sha256 } from '../secrets.ts'
import { emailDomain, foldEmail } from '../users/email.ts'
import * as directoryKeys from './directory-keys.ts'
import { identityProviderOf } from './entities.ts'
import type { ItemKind, Links } from './item-kind.ts'
import { portalItemKinds } from './portal-item-kinds.ts'
import { scimItemKinds, scimPattern, scimRootsOf } from './scim-item-kinds.ts'

const userPartition = (item: OrganizationItem, orgId: OrgId, userId = item['userId']): Links =>
  typeof userId === 'string' ? { partitions: [directoryKeys.user(orgId, userId as UserId).pk] } : {}

const subjectItems = (subjectKey: string): Links => ({
  items: [directoryKeys.subject(subjectKey), directoryKeys.subjectGroups(subjectKey)],
})

const listedKey = ({ sk }: OrganizationItem): Links => ({
  items: [directoryKeys.apiKey(sk as ApiKeyId)],
})

/** The first that fits is an item's kind. */
const itemKinds: readonly ItemKind[] = [
  { name: 'organization', pk: 'org#{org}', sk: 'org', links: linksOfOrganization },
  { name: 'user', pk: 'org#{org}#user#*', sk: 'user', links: linksOfUser, event: eventOfUser },
  {
    name: 'subject of a user',
    pk: 'org#{org}#user#*',
    sk: 'subject#*',
    links: ({ sk }) => subjectItems(sk.slice('subject#'.length)),
  },
  {
    name: 'access',
    pk: 'org#{org}#user#*',
    sk: 'access#*',
    links: linksOfAccess,
    event: eventOfAccess,
  },
  { name: 'row of a user', pk: 'org#{org}#user#*', sk: '*' },
  { name: 'e-mail', pk: 'org#{org}#email', sk: '*', links: userPartition },
  { name: 'user name', pk: 'org#{org}#username', sk: '*' },
  { name: 'name', pk: 'org#{org}#name', sk: '*' },
  { name: 'user of a domain', pk: 'org#{org}#domain#*', sk: '*' },
  {
    name: 'deleted user',
    pk: 'org#{org}#deleted',
    sk: '*',
    links: (item, orgId) => userPartition(item, orgId, item.sk),
  },
  {
    name: 'administrator',
    pk: 'admins#{org}',
    sk: '*',
    links: (item, orgId) => userPartition(item, orgId, item.sk === 'count' ? undefined : item.sk),
  },
  {
    ...{ name: "administrator's address", pk: 'adminemail#*', sk: '{org}' },
    ...{ isEntrance: true, isOurs: true },
  },
  { name: 'invitation', pk: 'invitations#{org}', sk: '*' },
  { name: 'claim', pk: 'domains#{org}', sk: '*' },
  {
    name: 'domain',
    pk: 'domain#*',
    sk: 'domain',
    isEntrance: true,
    event: () => 'latchkey.domain.verified.v1',
  },
  { name: 'domain in the schedule', pk: 'domains', sk: '*', isEntrance: true },
  {
    name: 'listed provider',
    pk: 'idps#{org}',
    sk: '*',
    links: ({ sk }) => ({
      items: sk === 'count' ? [] : [directoryKeys.scheduledIdp(sk as IdpId)],
      partitions: sk === 'count' ? [] : [directoryKeys.idp(sk as IdpId).pk],
    }),
  },
  {
    name: 'provider',
    pk: 'idp#*',
    sk: 'idp',
    links: linksOfProvider,
    isEntrance: true,
    event: () => 'latchkey.identity-provider.created.v1',
  },
  { name: 'management of a provider', pk: 'idp#*', sk: 'management' },
  { name: 'provider by issuer', pk: 'issuer#*', sk: 'idp', isEntrance: true },
  { name: 'provider in the schedule', pk: 'idps', sk: '*', isEntrance: true },
  { name: 'listed API key', pk: 'apikeys#{org}', sk: '*', links: listedKey },
  { name: 'setup link', pk: 'setuplinks#{org}', sk: '*', links: listedKey },
  { name: 'API key', pk: 'apikey#*', sk: 'apikey', isEntrance: true, isOurs: true },
  { name: 'subject', pk: 'subject#*', sk: 'subject' },
  { name: 'groups of a subject', pk: 'subject#*', sk: 'groups' },
  {
    name: 'account',
    pk: 'accounts#{org}',
    sk: '*',
    event: ({ sk, state }) =>
      sk === 'count' || state === 'removed' ? undefined : 'latchkey.account.created.v1',
  },
  { name: 'seats', pk: 'seats#{org}', sk: '*', isCounted: true },
  { name: 'holder of a seat', pk: 'holders#{org}#*', sk: '*' },
  { name: 'rules', pk: 'rules#{org}', sk: '*' },
  ...portalItemKinds,
  ...scimItemKinds,
]

/** Partitions of the lists that lead to all of it; an organization's own item is apart. */
export const rootsOf = (orgId: OrgId) =>
  ({
    idps: `idps#${orgId}`,
    apikeys: `apikeys#${orgId}`,
    setuplinks: `setuplinks#${orgId}`,
    ssotokens: `ssotokens#${orgId}`,
    domains: `domains#${orgId}`,
    admins: `admins#${orgId}`,
    invitations: `invitations#${orgId}`,
    accounts: `accounts#${orgId}`,
    seats: `seats#${orgId}`,
    rules: `rules#${orgId}`,
    deleted: `org#${orgId}#deleted`,
    email: `org#${orgId}#email`,
    username: `org#${orgId}#username`,
    name: `org#${orgId}#name`,
    ...scimRootsOf(orgId),
  }) as const satisfies Record<OrganizationList, string>

/** Which kind an item of this organization is of; undefined: it is none of its. */
export function kindOf(item: OrganizationItem, orgId: OrgId): ItemKind | undefined {
  const partition = scimPattern(item.pk, orgId)
  if (partition === undefined) return undefined
  const found = itemKinds.find(
    ({ pk, sk }) => fits(pk, partition, orgId) && fits(sk, item.sk, orgId),
  )
  const isOfDirectory = partition !== item.pk
  const isNamed =
    isOfDirectory || item.pk.includes(orgId) || item.sk === orgId || item['orgId'] === orgId
  return found && isNamed ? found : undefined
}

function fits(pattern: string, text: string, orgId: OrgId): boolean {
  const wanted = pattern.replace('{org}', orgId).replace('{digits}', orgId.slice('org_'.length))
  return wanted.endsWith('*')
    ? text.length >= wanted.length && text.startsWith(wanted.slice(0, -1))
    : text === wanted
}

/** Whichever claims say: the list of proved domains changes together with what makes them its own. */
function linksOfOrganization({ domains }: OrganizationItem): Links {
  const proved = (Array.isArray(domains) ? domains : []).map(String)
  const items = proved.flatMap((domain) => [
    directoryKeys.domain(domain),
    directoryKeys.scheduledDomain(domain),
  ])
  return { items }
}

function linksOfUser({ email, userId }: OrganizationItem, orgId: OrgId): Links {
  if (typeof email !== 'string' || typeof userId !== 'string') return {}
  const domain = emailDomain(email)
  return {
    items: [
      ...(domain ? [directoryKeys.domainUser(orgId, domain, userId as UserId)] : []),
      directoryKeys.adminEmail(sha256(foldEmail(email)), orgId),
    ],
  }
}

function linksOfAccess({ accountId, product, place }: OrganizationItem, orgId: OrgId): Links {
  if (typeof place !== 'string') return {}
  const key = directoryKeys.holder(orgId, accountId as AccountId, String(product), place)
  return { items: [key] }
}

function linksOfProvider(item: OrganizationItem): Links {
  const idp = identityProviderOf(item)
  return { items: idp ? issuerKeysOf(idp).map(directoryKeys.issuer) : [] }
}

function eventOfUser({ state }: OrganizationItem): EventType | undefined {
  return state === 'deleted' ? undefined : 'latchkey.user.created.v1'
}

function eventOfAccess({ state }: OrganizationItem): EventType | undefined {
  if (state === 'granted') return 'latchkey.product-access.granted.v1'
  return state === 'queued' ? 'latchkey.product-access.queued.v1' : undefined
}
