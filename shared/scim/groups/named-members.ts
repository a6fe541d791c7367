import { isGroupId, isUserId } from '../../ids.ts'
import type { GivenMember } from '../documents/members.ts'
import { invalidValue, type ScimError } from '../errors.ts'
import type { Member } from '../types.ts'

/** What an id of ours names; undefined: nothing that can be a member. */
export function memberOf(id: string): Member | undefined {
  if (isUserId(id)) return { id, type: 'User' }
  if (isGroupId(id)) return { id, type: 'Group' }
  return undefined
}

/** Members that a request names, as far as there can be any of that id: the id tells the type. */
export const membersOf = (given: readonly GivenMember[]): Member[] =>
  given.flatMap(({ value }) => memberOf(value) ?? [])

/** Groups may be in circles, but none of its own member. */
export const refusedMembers = (
  group: string,
  members: readonly { id: string }[],
): ScimError | undefined =>
  members.some(({ id }) => id === group)
    ? invalidValue('A group cannot be a member of itself')
    : undefined
