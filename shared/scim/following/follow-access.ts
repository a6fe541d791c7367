import {
  type DirectoryId,
  type GroupId,
  isGroupId,
  isUserId,
  orgOfDirectory,
  type UserId,
} from '../../ids.ts'
import type { AccessAct } from '../../products/access.ts'
import { type FollowRulesPorts, followRules } from '../../products/follow-rules.ts'
import type { RuleSet } from '../../products/rules.ts'
import { sideBySide } from '../../side-by-side.ts'
import type { MemberId } from '../types.ts'
import type { AccessWork, GroupWalk } from './work.ts'

type MemberPage = { members: readonly MemberId[]; next?: string }

/** What a directory says of groups and their members, strongly consistent. */
export type GroupReads = {
  /** All names of a group and of those that it is in; undefined: it has gone. */
  namesAbove(directory: DirectoryId, group: GroupId): Promise<ReadonlySet<string> | undefined>
  /** Of a group that has gone, those who were in it when it went. */
  members(directory: DirectoryId, group: GroupId, after: string | undefined): Promise<MemberPage>
  /** Users of ours that these SCIM users are. */
  peopleOf(directory: DirectoryId, scimUsers: readonly UserId[]): Promise<readonly UserId[]>
}

export type FollowPorts = FollowRulesPorts & {
  groups: GroupReads
  /** Has the rest of a walk done later. */
  goOn(work: AccessWork): Promise<void>
}

type Following = { nowMs: number; isLate: () => boolean }

const PEOPLE_AT_ONCE = 8

/** Groups of one walk: beyond, nothing in a directory is followed. */
const MOST_GROUPS = 1000

/**
 * Does what rules decide after a change of who is in which group, for all whom it is about. It goes
 * by what is there now, so that it may come late, twice and in any order.
 *
 * Source: R22, R23; ADR 0021.
 */
export async function followAccess(
  ports: FollowPorts,
  work: AccessWork,
  following: Following,
): Promise<void> {
  const orgId = work.kind === 'person' ? work.orgId : orgOfDirectory(work.directoryId)
  const set = await ports.rules.find(orgId)
  if (set.rev === 0) return
  const act = { actor: work.actor, nowMs: following.nowMs }
  switch (work.kind) {
    case 'person':
      return followRules(ports, { orgId, userId: work.userId }, act)
    case 'member': {
      const { directoryId, groupId, scimUserId } = work
      if (!(await isNamed(ports.groups, set, directoryId, groupId))) return
      return followPeople(ports, directoryId, [scimUserId], act)
    }
    case 'group':
      return walk(ports, work, act, following.isLate)
    default:
      return work satisfies never
  }
}

/** Whether a rule names the group, or one that it is in. Of one that has gone, nobody knows. */
async function isNamed(
  groups: GroupReads,
  { rules }: RuleSet,
  directory: DirectoryId,
  group: GroupId,
) {
  const names = await groups.namesAbove(directory, group)
  return !names || rules.some((rule) => names.has(rule.group))
}

async function followPeople(
  ports: FollowPorts,
  directory: DirectoryId,
  scimUsers: readonly UserId[],
  act: AccessAct,
): Promise<void> {
  const orgId = orgOfDirectory(directory)
  const people = await ports.groups.peopleOf(directory, scimUsers)
  await sideBySide(people, PEOPLE_AT_ONCE, (userId) => followRules(ports, { orgId, userId }, act))
}

/** One page of members after the other, as far as there is time for. */
async function walk(
  ports: FollowPorts,
  { actor, ...start }: GroupWalk & { actor: string },
  act: AccessAct,
  isLate: () => boolean,
): Promise<void> {
  let rest: GroupWalk = start
  for (;;) {
    const { directoryId, pending, after } = rest
    const [group] = pending
    if (!group) return
    const page = await ports.groups.members(directoryId, group, after)
    await followPeople(ports, directoryId, page.members.filter(isUserId), act)
    rest = afterPage(rest, page)
    if (rest.pending.length > 0 && isLate()) return ports.goOn({ ...rest, actor })
  }
}

function afterPage({ directoryId, pending, seen }: GroupWalk, page: MemberPage): GroupWalk {
  const found = page.members.filter(isGroupId).filter((id) => !seen.includes(id))
  const others = found.slice(0, Math.max(0, MOST_GROUPS - seen.length))
  const left = page.next === undefined ? pending.slice(1) : pending
  return {
    kind: 'group',
    directoryId,
    pending: [...left, ...others],
    seen: [...seen, ...others],
    ...(page.next !== undefined && { after: page.next }),
  }
}
