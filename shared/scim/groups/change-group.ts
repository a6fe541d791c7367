import { fail, ok, type Result } from '../../result.ts'
import type { ScimCall } from '../calls.ts'
import { MAX_MEMBERS, membersAttribute, tooManyMembers } from '../documents/members.ts'
import type { ScimError } from '../errors.ts'
import { matchesValue } from '../filter/matches.ts'
import type { GroupPatch } from '../patch/member-changes.ts'
import type { ChangedGroup, FoundGroup, GroupWriteError, MemberChange } from '../ports.ts'
import type { Document, Member, MemberId, ScimAct, ScimCaller, ScimGroup } from '../types.ts'
import { refusedByVersion } from '../versions.ts'
import { withRoom } from './group-guard.ts'
import { memberOf, membersOf, refusedMembers } from './named-members.ts'
import type { GroupPorts } from './ports.ts'
import { memberShown } from './show-groups.ts'
import { MAX_ATTEMPTS, unknownGroup, writeErrors } from './write-errors.ts'

/** What becomes of a group. */
export type Revised = { document: Document; members: GroupPatch }

export type Revise = (document: Document) => Result<Revised, ScimError>

type Changing = {
  caller: ScimCaller
  call: Pick<ScimCall, 'ifMatch' | 'ifNoneMatch' | 'baseUrl'>
  act: ScimAct
  /** The group as first read, with those of `named` who are its members. */
  found: FoundGroup | undefined
  /** Members that the request names and that were looked for. */
  named: readonly MemberId[]
  revise: Revise
  /** Of the answer. */
  status: 200 | 204
}

type Ports = Pick<GroupPorts, 'groups' | 'users' | 'pause'>

/**
 * Changes a SCIM group. Members are sets that come and go, whoever else changes the group; its
 * document is revised again where somebody else was faster, unless the request names the version that
 * it has seen. What changes nothing is not written.
 */
export async function changeScimGroup(
  ports: Ports,
  changing: Changing,
): Promise<Result<ChangedGroup, ScimError>> {
  let { found } = changing
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (!found) return fail(unknownGroup)
    const tried = await change(ports, changing, found)
    if (!tried.ok) return tried
    const changed = tried.value
    if (changed.ok) return changed
    if (changed.error !== 'changed_meanwhile') return fail(writeErrors[changed.error])
    const { id, directoryId } = found.group
    found = await ports.groups.find(directoryId, id, changing.named)
  }
  return fail(writeErrors.changed_meanwhile)
}

async function change(
  ports: Ports,
  changing: Changing,
  found: FoundGroup,
): Promise<Result<Result<ChangedGroup, GroupWriteError>, ScimError>> {
  const { call, revise, act, caller, status } = changing
  const { group: before } = found
  const refused = refusedByVersion(call, before.version)
  if (refused) return fail(refused)
  const revised = revise(before.document)
  if (!revised.ok) return revised
  const { document, members: patch } = revised.value
  const members = membersOf(patch.replace ?? patch.add)
  const fault = refusedMembers(before.id, members)
  if (fault) return fail(fault)
  const isFenced = Array.isArray(call.ifMatch) || Array.isArray(call.ifNoneMatch)
  const next = { before, document, isFenced, status }
  const taking = { ports, caller, found, act }
  if (patch.replace) {
    return ok(
      await withRoom(taking, (guard) => ports.groups.replace({ ...next, members, guard }, act)),
    )
  }
  const folded = await changeOf(ports, changing, { found, patch, add: members })
  if (folded.add.length + folded.remove.length > MAX_MEMBERS) return fail(tooManyMembers)
  const write = (guard?: Parameters<typeof ports.groups.change>[0]['guard']) =>
    ports.groups.change({ ...next, members: folded, guard }, act)
  return ok(await (folded.remove.length > 0 ? withRoom(taking, write) : write()))
}

type Folded = { found: FoundGroup; patch: GroupPatch; add: readonly Member[] }

/** Who really comes and goes, as far as that was looked at. */
async function changeOf(
  { groups }: Pick<Ports, 'groups'>,
  { named, call }: Pick<Changing, 'named' | 'call'>,
  { found, patch, add }: Folded,
): Promise<MemberChange> {
  const { group, among } = found
  const present = new Set<string>(among.map(({ id }) => id))
  const looked = new Set<string>(named)
  const gone = patch.remove.flatMap((id) => memberOf(id)?.id ?? [])
  const matched = patch.removeWhere.length > 0 ? await matching(groups, group, patch, call) : []
  const added = new Set(patch.add.map(({ value }) => value))
  const remove = new Set([...gone, ...matched.filter((id) => !added.has(id))])
  return {
    add: add.filter(({ id }) => !present.has(id)),
    remove: [...remove].filter((id) => !looked.has(id) || present.has(id)),
  }
}

/** Members that filters of the request let through: all are read for it. */
async function matching(
  groups: Ports['groups'],
  { directoryId, id }: ScimGroup,
  { removeWhere }: GroupPatch,
  { baseUrl }: Pick<ScimCall, 'baseUrl'>,
): Promise<MemberId[]> {
  const members = await groups.members(directoryId, id)
  const matched = members.filter((member) =>
    removeWhere.some((where) =>
      matchesValue(where, membersAttribute, memberShown(member, baseUrl)),
    ),
  )
  return matched.map((member) => member.id)
}
