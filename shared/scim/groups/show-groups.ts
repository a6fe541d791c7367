import { type Projection, project } from '../documents/projection.ts'
import { rendered } from '../documents/rendered.ts'
import { groupType } from '../schemas/group.ts'
import type { Json, Member, ScimGroup } from '../types.ts'

/** How an answer shows groups. */
export type Showing = { projection: Projection; baseUrl: string }

/** A page shows so many members, and a group with more of them only their ids: Lambda answers 6 MB. */
export const MAX_SHOWN = 20_000

/** A group as it is answered; without members where they are not asked for. */
export const showGroup = (
  group: ScimGroup,
  { projection, baseUrl }: Showing,
  members: readonly Member[] = [],
): object =>
  project(projection, { ...rendered(groupType, group, baseUrl), ...membersShown(members, baseUrl) })

/** A group without members has no such attribute (RFC 7643 §2.5). */
export function membersShown(members: readonly Member[], baseUrl: string): { members?: Json } {
  if (members.length === 0) return {}
  const isLong = members.length > MAX_SHOWN
  return {
    members: members.map((member) =>
      isLong ? { value: member.id } : memberShown(member, baseUrl),
    ),
  }
}

/** RFC 7643 §4.2. */
export const memberShown = ({ id, type }: Member, baseUrl: string) => ({
  value: id,
  $ref: `${baseUrl}/${type}s/${id}`,
  type,
})
