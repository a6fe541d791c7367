import { type DirectoryId, type GroupId, isGroupId, orgOfDirectory } from '../ids.ts'
import type { Document, MemberId, ScimGroup } from '../scim/types.ts'
import { scimKeys } from './scim-keys.ts'

/** A group as it is stored. Its name and externalId are there again for its events. */
type GroupItem = {
  groupId: GroupId
  directoryId: DirectoryId
  /** JSON text. */
  doc: string
  ver: number
  memberCount: number
  createdMs: number
  modifiedMs: number
  deletedAt?: number
}

/** What of a document is found by a key of its own, and told by events. */
export function namesOf({ displayName, externalId }: Document) {
  return {
    displayName: typeof displayName === 'string' ? displayName : '',
    ...(typeof externalId === 'string' && externalId !== '' && { externalId }),
  }
}

/** The group's item; without its event. */
export const groupItem = (group: ScimGroup) => ({
  ...scimKeys.group(group.directoryId, group.id),
  groupId: group.id,
  orgId: orgOfDirectory(group.directoryId),
  directoryId: group.directoryId,
  ...namesOf(group.document),
  doc: JSON.stringify(group.document),
  ver: group.version,
  memberCount: group.memberCount,
  createdMs: group.createdMs,
  modifiedMs: group.modifiedMs,
})

/** The group of an item; undefined: there is none, or none any more. */
export function groupOf(item: object | undefined): ScimGroup | undefined {
  if (!item) return undefined
  const { groupId, directoryId, doc, ver, memberCount, createdMs, modifiedMs, deletedAt } =
    item as GroupItem
  if (deletedAt !== undefined) return undefined
  const document = JSON.parse(doc) as Document
  return { id: groupId, directoryId, document, version: ver, memberCount, createdMs, modifiedMs }
}

/** The key of the resource that a member is. */
export const memberKey = (directory: DirectoryId, id: MemberId) =>
  isGroupId(id) ? scimKeys.group(directory, id) : scimKeys.user(directory, id)
