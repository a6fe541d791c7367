import { busy, conflict, invalidValue, paused, type ScimError, uniqueness } from '../errors.ts'
import type { UserWriteError } from '../ports.ts'

/**
 * How often a request is decided anew where somebody else was faster: each time one of them wins, so
 * that many can change one user at once.
 */
export const MAX_ATTEMPTS = 20

const errors = {
  busy,
  name_taken: uniqueness('The userName is that of another user'),
  id_taken: busy,
  person_taken: uniqueness('The e-mail address is that of another user of this directory'),
  changed_meanwhile: busy,
  user_name_in_use: busy, // no directory gives anybody one
  last_admin: conflict('The last administrator of the organization cannot be kept out'),
  guarded: paused,
  too_large: invalidValue('So many e-mail addresses cannot change at once'),
} as const satisfies Record<Exclude<UserWriteError, object>, ScimError>

/** What a client is told of what it asked for in vain. */
export const writeError = (error: UserWriteError): ScimError =>
  typeof error === 'string'
    ? errors[error]
    : uniqueness('The e-mail address is that of another user of the organization')
