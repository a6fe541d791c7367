import type { UserCause } from '../../users/errors.ts'
import type { InvitationCause } from '../../users/invitation-errors.ts'
import type { ProblemAnswer } from '../refuse.ts'

type OfOthers =
  | 'changed_meanwhile'
  | 'directory_unknown'
  | 'key_reused'
  | 'organization_unknown'
  | 'provider_unknown'
  | 'user_unknown'
type OwnCause = Exclude<UserCause | InvitationCause, OfOthers> | 'too_many_invitations'

/** What calls about users and invitations may answer, beside the general ones. */
export const userProblems = {
  user_invited: {
    status: 409,
    title: 'The user was invited and has not come yet: revoke the invitation',
  },
  user_not_active: { status: 409, title: 'Both users must be active' },
  user_not_suspended: { status: 409, title: 'The user is not suspended' },
  user_deleted: { status: 409, title: 'The user was deleted' },
  user_not_restorable: { status: 409, title: 'The user cannot be restored' },
  email_in_use: { status: 409, title: 'Another user of the organization has this address' },
  user_name_in_use: { status: 409, title: 'Another user has this user name' },
  email_outside_domains: {
    status: 422,
    title: 'The address of a member must be in a verified domain of the organization',
  },
  last_admin: { status: 409, title: 'The last active admin of an organization stays one' },
  own_role: { status: 403, title: 'Nobody changes their own role' },
  confirmation_missing: {
    status: 409,
    title: 'To delete an active user, confirm their address',
  },
  subject_taken: { status: 409, title: 'Somebody is known by this name already' },
  subject_unknown: { status: 404, title: 'The user is not known by this' },
  too_many_subjects: { status: 409, title: 'A user is known by 10 names at most' },
  merge_with_oneself: { status: 422, title: 'A user cannot be merged with themselves' },
  invitation_unknown: { status: 404, title: 'There is no such invitation' },
  invitation_over: { status: 409, title: 'The invitation was accepted or revoked' },
  invitation_role: { status: 409, title: 'Members accept an invitation by signing in' },
  resent_too_soon: { status: 409, title: 'An invitation is sent once in a minute at most' },
  resent_too_often: { status: 409, title: 'An invitation is sent ten times at most' },
  too_many_invitations: {
    status: 429,
    title: 'Too many invitations in a day: wait as long as Retry-After says',
  },
} as const satisfies Record<OwnCause, ProblemAnswer>
