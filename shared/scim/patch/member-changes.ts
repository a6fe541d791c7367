import { isGroupId, isUserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import {
  type GivenMember,
  MAX_MEMBERS,
  membersAttribute,
  readMembers,
  tooManyMembers,
} from '../documents/members.ts'
import { mutability, type ScimError } from '../errors.ts'
import { comparisonsIn } from '../filter/comparisons-in.ts'
import { matchesValue } from '../filter/matches.ts'
import type { Filter } from '../filter/types.ts'
import type { Operation } from './read-operations.ts'

/**
 * What a PATCH does to the members of a group, its operations folded: whatever comes later wins. With
 * `replace` these are all members from now on, and the rest is empty. Else the members of `add` are
 * members afterwards; of all others, those of `remove` are not, nor those that a filter of
 * `removeWhere` matches (`matchesValue`).
 */
export type GroupPatch = {
  replace?: readonly GivenMember[]
  add: readonly GivenMember[]
  remove: readonly string[]
  removeWhere: readonly Filter[]
}

/** As many as one filter may have: each is made of every member that there is. */
const MAX_COMPARISONS = 200

const tooManyComparisons = {
  status: 413,
  detail: `Filters of members can compare ${MAX_COMPARISONS} times at most, but for their ids`,
} as const satisfies ScimError

type Folded = {
  /** Whether who was a member before is none any more. */
  isReplaced: boolean
  add: Map<string, GivenMember>
  remove: Set<string>
  removeWhere: Filter[]
  /** How many members the request has named. */
  named: number
  /** How often the filters of `removeWhere` compare. */
  comparisons: number
}

/**
 * Folds operations on `members`.
 *
 * Source: RFC 7644 §3.5.2; Microsoft Entra ID (`remove` with a list of values).
 */
export function memberChanges(operations: readonly Operation[]): Result<GroupPatch, ScimError> {
  const folded: Folded = {
    isReplaced: false,
    add: new Map(),
    remove: new Set(),
    removeWhere: [],
    named: 0,
    comparisons: 0,
  }
  for (const operation of operations) {
    const fault = fold(folded, operation)
    if (fault) return fail(fault)
    if (folded.named > MAX_MEMBERS) return fail(tooManyMembers)
  }
  const add = [...folded.add.values()]
  if (folded.isReplaced) return ok({ replace: add, add: [], remove: [], removeWhere: [] })
  return ok({ add, remove: [...folded.remove], removeWhere: folded.removeWhere })
}

function fold(folded: Folded, { op, path, value }: Operation): ScimError | undefined {
  const { ref, where, sub } = path
  // RFC 7643 §4.2: sub-attributes of members are immutable.
  if (ref.parent || sub || (where && op !== 'remove')) {
    return mutability('Members are added and removed, not changed')
  }
  if (where) return removeMatching(folded, where)
  if (op === 'remove' && (value === undefined || value === null)) return replaceAll(folded, [])
  const members = readMembers(value)
  if (!members.ok) return members.error
  if (op === 'replace') return replaceAll(folded, members.value)
  return op === 'add'
    ? addAll(folded, members.value)
    : removeAll(
        folded,
        members.value.map((one) => one.value),
      )
}

function addAll(folded: Folded, members: readonly GivenMember[]): undefined {
  folded.named += members.length
  for (const member of members) {
    folded.add.set(member.value, member)
    folded.remove.delete(member.value)
  }
}

function removeAll(folded: Folded, ids: readonly string[]): undefined {
  folded.named += ids.length
  for (const id of ids) {
    folded.add.delete(id)
    folded.remove.add(id)
  }
}

function replaceAll(folded: Folded, members: readonly GivenMember[]): undefined {
  folded.isReplaced = true
  folded.add.clear()
  addAll(folded, members)
}

/** Ids need nobody to be read; of other filters, who is added before is known here. */
function removeMatching(folded: Folded, where: Filter): ScimError | undefined {
  const ids = idsOf(where)
  if (ids) return removeAll(folded, ids)
  folded.comparisons += comparisonsIn(where)
  if (folded.comparisons > MAX_COMPARISONS) return tooManyComparisons
  folded.removeWhere.push(where)
  for (const member of folded.add.values()) {
    if (matchesValue(where, membersAttribute, withType(member))) folded.add.delete(member.value)
  }
  return undefined
}

/** `value eq "x"`, and several of them joined by `or`; undefined: another filter. */
function idsOf(where: Filter): readonly string[] | undefined {
  if (where.kind === 'or') {
    const parts = where.of.map(idsOf)
    return parts.every((ids) => ids !== undefined) ? parts.flat() : undefined
  }
  const isId = where.kind === 'compare' && where.op === 'eq' && where.ref.attribute.name === 'value'
  return isId ? [String(where.value)] : undefined
}

/** What a member is can be seen from its id, whatever the client calls it. */
function withType({ value }: GivenMember) {
  const type = isUserId(value) ? 'User' : isGroupId(value) ? 'Group' : undefined
  return { value, ...(type && { type }) }
}
