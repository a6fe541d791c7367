import type { DirectoryId, GroupId, OrgId, ScimTokenId, UserId } from '../ids.ts'
import type { OrganizationItem } from '../orgs/transfer.ts'
import type { Document } from '../scim/types.ts'
import type { ItemKind, Links } from './item-kind.ts'
import { directoryOfRow, scimKeys } from './scim-keys.ts'
import { indexRows, nameRow, scimUserOf } from './scim-user-items.ts'

/**
 * What is provisioned, beside what its log tells. Users and groups lead to what they are found by;
 * memberships are reached from who is the member.
 */
export const scimItemKinds: readonly ItemKind[] = [
  {
    name: 'directory',
    pk: 'directories#{org}',
    sk: '*',
    links: linksOfDirectory,
    event: ({ sk, removedAt }) =>
      sk === 'count' || removedAt !== undefined ? undefined : 'latchkey.directory.created.v1',
  },
  { name: 'SCIM token', pk: 'scimtoken#*', sk: 'scimtoken', isEntrance: true, isOurs: true },
  {
    ...{ name: 'SCIM token in the schedule', pk: 'scimtokens', sk: '*' },
    ...{ isEntrance: true, isOurs: true },
  },
  { name: 'listed SCIM token', pk: 'scim#{dir}#tokens', sk: '*', links: linksOfToken },
  { name: 'count of resources', pk: 'scim#{dir}#count', sk: '*' },
  { name: 'guard', pk: 'scim#{dir}#guard', sk: 'guard' },
  {
    name: 'listed SCIM user',
    pk: 'scim-users#{org}',
    sk: '*',
    links: linksOfRow((directory, id) => scimKeys.user(directory, id as UserId)),
  },
  { name: 'SCIM user', pk: 'scim#{dir}#user#*', sk: 'user', links: linksOfUser },
  { name: 'userName', pk: 'scim#{dir}#usernames', sk: '*' },
  { name: 'externalId', pk: 'scim#{dir}#external#*', sk: '*' },
  { name: 'e-mail of a SCIM user', pk: 'scim#{dir}#email#*', sk: '*' },
  {
    name: 'listed SCIM group',
    pk: 'scim-groups#{org}',
    sk: '*',
    links: linksOfRow((directory, id) => scimKeys.group(directory, id as GroupId)),
  },
  { name: 'SCIM group', pk: 'scim#{dir}#group#*', sk: 'group', links: linksOfGroup },
  { name: 'displayName', pk: 'scim#{dir}#groupnames', sk: '*' },
  { name: 'externalId of a group', pk: 'scim#{dir}#groupexternal#*', sk: '*' },
  { name: 'membership', pk: 'scim#{dir}#memberof#*', sk: '*', links: linksOfMembership },
  { name: 'member', pk: 'scim#{dir}#members#*', sk: '*' },
]

/** The lists that lead to all of it. */
export const scimRootsOf = (orgId: OrgId) =>
  ({
    directories: `directories#${orgId}`,
    'scim-users': `scim-users#${orgId}`,
    'scim-groups': `scim-groups#${orgId}`,
  }) as const

/**
 * A partition key with `{dir}` for the id of a directory of this organization; undefined: it is that
 * of a directory of another one, or of none.
 */
export function scimPattern(pk: string, orgId: OrgId): string | undefined {
  const [kind, directory = '', ...rest] = pk.split('#')
  if (kind !== 'scim') return pk
  const isOwn = directory.startsWith(`dir_${orgId.slice('org_'.length)}`)
  return isOwn && /^dir_[0-9a-f]{40}$/.test(directory)
    ? ['scim', '{dir}', ...rest].join('#')
    : undefined
}

function linksOfDirectory({ sk }: OrganizationItem): Links {
  if (sk === 'count') return {}
  const directory = sk as DirectoryId
  return {
    items: [scimKeys.guard(directory)],
    partitions: [scimKeys.liveTokens(directory).pk, scimKeys.count(directory, '').pk],
  }
}

function linksOfToken({ sk }: OrganizationItem): Links {
  if (sk === 'live') return {}
  const id = sk as ScimTokenId
  return { items: [scimKeys.token(id), scimKeys.scheduledToken(id)] }
}

/** A resource, and which groups it is a member of. */
function linksOfRow(keyOf: (directory: DirectoryId, id: string) => { pk: string; sk: string }) {
  return ({ sk }: OrganizationItem, orgId: OrgId): Links => {
    const directory = directoryOfRow(orgId, sk)
    const id = sk.slice(sk.lastIndexOf('#') + 1) as UserId | GroupId
    return {
      items: [keyOf(directory, id)],
      partitions: [scimKeys.membership(directory, id, 'grp_').pk],
    }
  }
}

function linksOfUser(item: OrganizationItem): Links {
  const user = scimUserOf(item)
  return {
    items: user ? [nameRow(user), ...indexRows(user)].map(({ pk, sk }) => ({ pk, sk })) : [],
  }
}

function linksOfGroup(item: OrganizationItem): Links {
  const { doc, directoryId, groupId } = item as Partial<StoredGroup>
  if (doc === undefined || !directoryId || !groupId) return {}
  const { displayName, externalId } = JSON.parse(doc) as Document
  return {
    items: [
      scimKeys.groupName(directoryId, String(displayName ?? '')),
      ...(typeof externalId === 'string' && externalId !== ''
        ? [scimKeys.groupExternalId(directoryId, externalId, groupId)]
        : []),
    ],
  }
}

type StoredGroup = { doc: string; directoryId: DirectoryId; groupId: GroupId }

/** The same from the other end. */
function linksOfMembership({ pk, sk }: OrganizationItem): Links {
  const [, directory = '', , member = ''] = pk.split('#')
  const key = scimKeys.member(directory as DirectoryId, sk as GroupId, member as UserId | GroupId)
  return { items: [key] }
}
