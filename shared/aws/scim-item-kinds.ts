import type { DirectoryId, GroupId, OrgId, ScimTokenId, UserId } from '../ids.ts'
import type { OrganizationItem } from '../orgs/transfer.ts'
import type { ItemKind, Links } from './item-kind.ts'
import { groupOf, namesOf } from './scim-group-items.ts'
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
    links: linksOfListedUser,
  },
  { name: 'SCIM user', pk: 'scim#{dir}#user#*', sk: 'user', links: linksOfUser },
  { name: 'userName', pk: 'scim#{dir}#usernames', sk: '*' },
  { name: 'externalId', pk: 'scim#{dir}#external#*', sk: '*' },
  { name: 'e-mail of a SCIM user', pk: 'scim#{dir}#email#*', sk: '*' },
  {
    name: 'listed SCIM group',
    pk: 'scim-groups#{org}',
    sk: '*',
    links: linksOfListedGroup,
  },
  { name: 'SCIM group', pk: 'scim#{dir}#group#*', sk: 'group', links: linksOfGroup },
  { name: 'displayName', pk: 'scim#{dir}#groupnames', sk: '*' },
  { name: 'externalId of a group', pk: 'scim#{dir}#groupexternal#*', sk: '*' },
  { name: 'membership', pk: 'scim#{dir}#memberof#*', sk: '*', links: linksOfMembership },
  { name: 'member', pk: 'scim#{dir}#members#*', sk: '*' },
  { name: 'members not counted yet', pk: 'scim#{dir}#uncounted#*', sk: '*' },
  {
    ...{ name: 'group with something to finish', pk: 'scim-unfinished', sk: '*' },
    ...{ isEntrance: true, isOurs: true },
  },
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

function linksOfListedUser({ sk }: OrganizationItem, orgId: OrgId): Links {
  const [directory, id] = [directoryOfRow(orgId, sk), idOfRow(sk) as UserId]
  return {
    items: [scimKeys.user(directory, id)],
    partitions: [scimKeys.membership(directory, id, 'grp_').pk],
  }
}

function linksOfListedGroup({ sk }: OrganizationItem, orgId: OrgId): Links {
  const [directory, id] = [directoryOfRow(orgId, sk), idOfRow(sk) as GroupId]
  return {
    items: [scimKeys.group(directory, id), scimKeys.unfinished(directory, id)],
    partitions: [
      scimKeys.membership(directory, id, 'grp_').pk,
      scimKeys.uncounted(directory, id, '').pk,
    ],
  }
}

const idOfRow = (sk: string) => sk.slice(sk.lastIndexOf('#') + 1)

function linksOfUser(item: OrganizationItem): Links {
  const user = scimUserOf(item)
  return {
    items: user ? [nameRow(user), ...indexRows(user)].map(({ pk, sk }) => ({ pk, sk })) : [],
  }
}

function linksOfGroup(item: OrganizationItem): Links {
  const group = groupOf(item)
  if (!group) return {}
  const { displayName, externalId } = namesOf(group.document)
  return {
    items: [
      scimKeys.groupName(group.directoryId, displayName),
      ...(externalId === undefined
        ? []
        : [scimKeys.groupExternalId(group.directoryId, externalId, group.id)]),
    ],
  }
}

/** The same from the other end. */
function linksOfMembership({ pk, sk }: OrganizationItem): Links {
  const [, directory = '', , member = ''] = pk.split('#')
  const key = scimKeys.member(directory as DirectoryId, sk as GroupId, member as UserId | GroupId)
  return { items: [key] }
}
