import { tooManyMembers } from '../documents/members.ts'
import { busy, notFound, paused, type ScimError, uniqueness } from '../errors.ts'
import type { GroupWriteError } from '../ports.ts'

/** How often a request is decided anew where somebody else was faster. */
export const MAX_ATTEMPTS = 8

export const unknownGroup = notFound('There is no such group')

/** What a client is told of what it asked for in vain. */
export const writeErrors = {
  name_taken: uniqueness('The displayName is that of another group'),
  changed_meanwhile: busy,
  guarded: paused,
  group_unknown: unknownGroup,
  busy,
  too_many_changes: tooManyMembers,
} as const satisfies Record<GroupWriteError, ScimError>
