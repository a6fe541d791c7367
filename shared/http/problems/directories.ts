import type { RemoveDirectoryError } from '../../scim/directories/remove-directory.ts'
import type { ProblemAnswer } from '../refuse.ts'

type Cause =
  | Exclude<RemoveDirectoryError, 'changed_meanwhile'>
  | 'too_many_directories'
  | 'directory_running'
  | 'scim_token_unknown'
  | 'too_many_scim_tokens'

/** What calls about directories and their tokens may answer. */
export const directoryProblems = {
  directory_unknown: { status: 404, title: 'There is no such directory' },
  too_many_directories: { status: 409, title: 'There are as many directories as there may be' },
  directory_active: {
    status: 409,
    title: 'Pause the directory first: twenty seconds later it can be removed',
  },
  directory_running: {
    status: 409,
    title: 'Pause the directory first, so that nothing is changed beside',
  },
  directory_not_empty: { status: 409, title: 'The directory has users or groups' },
  directory_confirmation_wrong: {
    status: 422,
    title: 'The confirmation is not the name of the directory',
  },
  scim_token_unknown: { status: 404, title: 'There is no such token' },
  too_many_scim_tokens: {
    status: 409,
    title: 'Two tokens of the directory can be used already: revoke one',
  },
} as const satisfies Record<Cause, ProblemAnswer>
