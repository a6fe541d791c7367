import { createHash } from 'node:crypto'
import {
  type ChangeId,
  type DirectoryId,
  type GroupId,
  type OrgId,
  orgOfDirectory,
  type ScimTokenId,
  type UserId,
} from '../ids.ts'
import { sha256 } from '../secrets.ts'
import { fold } from '../users/fold.ts'

/** Primary keys of what is provisioned (docs/storage.md, ADR 20); the others are in keys.ts. */
export const scimKeys = {
  /** A directory, in its organization's list. */
  directory: (id: DirectoryId) => ({ pk: `directories#${orgOfDirectory(id)}`, sk: id }),
  /** How many directories an organization has; no id is `count`. */
  directoryCount: (orgId: OrgId) => ({ pk: `directories#${orgId}`, sk: 'count' }),
  token: (id: ScimTokenId) => ({ pk: `scimtoken#${id}`, sk: 'scimtoken' }),
  /** A directory's list of tokens. */
  listedToken: (directory: DirectoryId, id: ScimTokenId) => ({
    pk: `scim#${directory}#tokens`,
    sk: id,
  }),
  /** Which of them can be used, in one item, so that they can be counted; no id is `live`. */
  liveTokens: (directory: DirectoryId) => ({ pk: `scim#${directory}#tokens`, sk: 'live' }),
  /** All tokens that are to be warned of, for the schedule. */
  scheduledToken: (id: ScimTokenId) => ({ pk: 'scimtokens', sk: id }),
  user: (directory: DirectoryId, id: UserId) => ({
    pk: `scim#${directory}#user#${id}`,
    sk: 'user',
  }),
  /** Makes a userName unique in a directory, and lists users by it. */
  userName: (directory: DirectoryId, userName: string) => ({
    pk: `scim#${directory}#usernames`,
    sk: nameKey(userName),
  }),
  /** Leads to users by externalId, which several may have. */
  userExternalId: (directory: DirectoryId, externalId: string, id: UserId) => ({
    pk: `scim#${directory}#external#${sha256(externalId)}`,
    sk: id,
  }),
  /** Leads to users by the value of an e-mail, which several may have. */
  userEmail: (directory: DirectoryId, email: string, id: UserId) => ({
    pk: `scim#${directory}#email#${sha256(fold(email))}`,
    sk: id,
  }),
  /** Users in the order in which they came. */
  listedUser: (directory: DirectoryId, createdMs: number, id: UserId) => ({
    pk: `scim-users#${orgOfDirectory(directory)}`,
    sk: `${listPrefix(directory)}${timeKey(createdMs)}#${id}`,
  }),
  /** How many there are, in parts, so that few writers meet. */
  count: (directory: DirectoryId, part: string) => ({ pk: `scim#${directory}#count`, sk: part }),
  group: (directory: DirectoryId, id: GroupId) => ({
    pk: `scim#${directory}#group#${id}`,
    sk: 'group',
  }),
  /** Makes a displayName unique among groups of a directory, and lists them by it. */
  groupName: (directory: DirectoryId, displayName: string) => ({
    pk: `scim#${directory}#groupnames`,
    sk: nameKey(displayName),
  }),
  /** What names begin with that begin so; of long beginnings, more of them. */
  groupNamePrefix: (directory: DirectoryId, beginning: string) => ({
    pk: `scim#${directory}#groupnames`,
    sk: namePrefix(beginning),
  }),
  groupExternalId: (directory: DirectoryId, externalId: string, id: GroupId) => ({
    pk: `scim#${directory}#groupexternal#${sha256(externalId)}`,
    sk: id,
  }),
  listedGroup: (directory: DirectoryId, createdMs: number, id: GroupId) => ({
    pk: `scim-groups#${orgOfDirectory(directory)}`,
    sk: `${listPrefix(directory)}${timeKey(createdMs)}#${id}`,
  }),
  /** Who is in a group. */
  member: (directory: DirectoryId, group: GroupId, member: UserId | GroupId) => ({
    pk: `scim#${directory}#members#${group}`,
    sk: member,
  }),
  /** Which groups somebody is in: the same, found from the other end. */
  membership: (directory: DirectoryId, member: UserId | GroupId, group: GroupId) => ({
    pk: `scim#${directory}#memberof#${member}`,
    sk: group,
  }),
  /** In the ephemeral table: where the first so many rows of a list end. */
  bookmark: (directory: DirectoryId, list: string, rows: number) => ({
    pk: `scimpage#${directory}#${list}#${rows}`,
  }),
  /** Changes of members that the group's count does not have yet. */
  uncounted: (directory: DirectoryId, group: GroupId, id: string) => ({
    pk: `scim#${directory}#uncounted#${group}`,
    sk: id,
  }),
  unfinishedList: 'scim-unfinished',
  /** Groups with something to do when the request that began it has failed. */
  unfinished: (directory: DirectoryId, group: GroupId) => ({
    pk: scimKeys.unfinishedList,
    sk: `${directory}#${group}`,
  }),
  /** What was taken from people in the last hour. */
  guard: (directory: DirectoryId) => ({ pk: `scim#${directory}#guard`, sk: 'guard' }),
  /** Changes and refused requests, in order of time. */
  logged: (directory: DirectoryId, id: ChangeId) => ({
    pk: `scimlog#${orgOfDirectory(directory)}`,
    sk: `${listPrefix(directory)}${id}`,
  }),
} as const

/** What the key of a member's row tells. */
export function memberOfKey({ pk, sk }: Readonly<Record<string, unknown>>) {
  const [, directory, group] = /^scim#(dir_\w+)#members#(grp_\w+)$/.exec(String(pk)) ?? []
  if (directory === undefined || group === undefined) return undefined
  const orgId = orgOfDirectory(directory as DirectoryId)
  return { groupId: group, directoryId: directory, orgId, memberId: String(sk) }
}

/** What sort keys of one directory begin with in lists that all directories of an organization share. */
export const listPrefix = (directory: DirectoryId) => `${directory.slice(36)}#`

/** Of which directory a row is in such a list. */
export const directoryOfRow = (orgId: OrgId, sk: string): DirectoryId =>
  `dir_${orgId.slice('org_'.length)}${sk.slice(0, sk.indexOf('#'))}`

/** Fixed width, so that texts sort as times do. */
const timeKey = (milliseconds: number) => milliseconds.toString(16).padStart(12, '0')

const MAX_BYTES = 700
const KEPT_CHARACTERS = 200

/** The same for what a name begins with: the kept part of long ones, as far as it is known. */
function namePrefix(beginning: string): string {
  const folded = fold(beginning)
  return folded.length <= KEPT_CHARACTERS
    ? folded
    : folded.slice(0, KEPT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')
}

/** A name folded, so short that it is a sort key (1,024 bytes); of long ones the end is hashed. */
function nameKey(name: string): string {
  const folded = fold(name)
  if (Buffer.byteLength(folded) <= MAX_BYTES) return folded
  const kept = folded.slice(0, KEPT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept}#${createHash('sha256').update(folded).digest('base64url')}`
}
