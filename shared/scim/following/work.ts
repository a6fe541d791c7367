import type { CloudEvent } from '../../events/cloud-event.ts'
import type { DirectoryId, GroupId, OrgId, UserId } from '../../ids.ts'

/** Somebody, or everybody in a group, for whom rules are to be looked at. */
export type AccessWork = { actor: string } & (
  | { kind: 'person'; orgId: OrgId; userId: UserId }
  | { kind: 'member'; directoryId: DirectoryId; groupId: GroupId; scimUserId: UserId }
  | GroupWalk
)

/** Members of groups, and of groups in them; it may go on in another message. */
export type GroupWalk = {
  kind: 'group'
  directoryId: DirectoryId
  /** Whose members come next: the first one's, behind that place. */
  pending: readonly GroupId[]
  after?: string
  /** Groups that have been found, these among them. */
  seen: readonly GroupId[]
}

/** After these, rules may decide otherwise for somebody. */
const followed = [
  'latchkey.group.member-added.v1',
  'latchkey.group.member-removed.v1',
  'latchkey.group.updated.v1',
  'latchkey.group.deleted.v1',
  'latchkey.user.directory-linked.v1',
  'latchkey.user.directory-unlinked.v1',
  'latchkey.user.reactivated.v1',
  'latchkey.user.restored.v1',
] as const satisfies readonly CloudEvent['type'][]

type MemberData = {
  directoryId: DirectoryId
  groupId: GroupId
  memberId: string
  type: 'User' | 'Group'
}

/** What an event makes worth a look; undefined: nothing. */
export function workOf({ type, data }: Pick<CloudEvent, 'type' | 'data'>): AccessWork | undefined {
  const name = followed.find((one) => one === type)
  if (!name) return undefined
  const actor = String(data['actor'])
  if (name.startsWith('latchkey.user.')) {
    const { orgId, userId } = data as { orgId: OrgId; userId: UserId }
    return { kind: 'person', orgId, userId, actor }
  }
  const { directoryId, groupId, memberId, type: kind } = data as MemberData
  if (kind === 'User') {
    return { kind: 'member', directoryId, groupId, scimUserId: memberId as UserId, actor }
  }
  // Of a group that came, went or has another name, it is for those who are in it, or were.
  const about = kind === 'Group' ? (memberId as GroupId) : groupId
  return { kind: 'group', directoryId, pending: [about], seen: [about], actor }
}
