import type { GroupId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { isSame } from '../documents/json.ts'
import { memberOf } from '../groups/named-members.ts'
import { writeErrors } from '../groups/write-errors.ts'
import type { GroupWriteError, ScimGroupStore } from '../ports.ts'
import type { Document, ScimGroup } from '../types.ts'
import type { Folded } from './fold-changes.ts'
import type { Undoing, Undone } from './undo-user.ts'

type Groups = Pick<ScimGroupStore, 'find' | 'change' | 'remove' | 'revive' | 'refill'>

/**
 * Makes the document of a group what it was before some changes, unless something else has become of
 * it since: a group that was removed comes back with the members that it had, and one that came goes.
 */
export async function undoGroup(
  groups: Groups,
  { id, document }: Pick<Folded, 'id' | 'document'>,
  undoing: Undoing,
): Promise<Undone> {
  if (!document) return ok('same')
  const { was, left } = document
  const found = await groups.find(undoing.caller.directory.id, id as GroupId)
  const is = found?.group.document
  if (isSame(is, was)) {
    const isBack = found !== undefined && left === undefined
    return isBack ? refilled(groups, found.group, undoing) : ok('same')
  }
  if (!isSame(is, left)) return fail('changed_since')
  if (undoing.isDryRun) return ok('undone')
  const written = await write(groups, { id: id as GroupId, group: found?.group, was }, undoing)
  return written.ok ? ok('undone') : fail(writeErrors[written.error])
}

/** A call before this one may have brought back the group and not all of its members. */
async function refilled(
  groups: Groups,
  group: ScimGroup,
  { act, isDryRun }: Undoing,
): Promise<Undone> {
  if (isDryRun) return ok('same')
  const put = await groups.refill(group, act)
  if (!put.ok) return fail(writeErrors[put.error])
  return ok(put.value.length > 0 ? 'undone' : 'same')
}

type Wanted = { id: GroupId; group: ScimGroup | undefined; was: Document | undefined }

async function write(
  groups: Groups,
  { id, group, was }: Wanted,
  { caller, act }: Undoing,
): Promise<Result<unknown, GroupWriteError>> {
  if (group && was === undefined) {
    const error = await groups.remove(group, {}, act)
    return error === undefined ? ok(undefined) : fail(error)
  }
  if (group && was) {
    const none = { add: [], remove: [] }
    return groups.change({ before: group, document: was, status: OK, members: none }, act)
  }
  const revived: ScimGroup = {
    ...{ id, directoryId: caller.directory.id, document: was ?? {}, version: 1, memberCount: 0 },
    ...{ createdMs: act.nowMs, modifiedMs: act.nowMs },
  }
  return groups.revive(revived, act)
}

/** Puts back the members that some changes took from a group, and takes those that they put there. */
export async function undoMembers(
  groups: Groups,
  { id, members }: Pick<Folded, 'id' | 'members'>,
  { caller, act, isDryRun }: Undoing,
): Promise<Undone> {
  if (members.size === 0) return ok('same')
  const ids = [...members.keys()]
  const found = await groups.find(caller.directory.id, id as GroupId, ids)
  if (!found) return ok('same') // what it had is undone with the group itself
  const are = new Set(found.among.map((member) => member.id))
  const remove = ids.filter((one) => members.get(one) === 'added' && are.has(one))
  const add = ids
    .filter((one) => members.get(one) === 'removed' && !are.has(one))
    .flatMap((one) => memberOf(one) ?? [])
  if (add.length + remove.length === 0) return ok('same')
  if (isDryRun) return ok('undone')
  const { group } = found
  const change = { before: group, document: group.document, status: OK, members: { add, remove } }
  const changed = await groups.change(change, act)
  return changed.ok ? ok('undone') : fail(writeErrors[changed.error])
}

const OK = 200
