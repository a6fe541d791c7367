import { newUserId, type UserId } from '../ids.ts'
import { meetingNote } from '../sign-in/meeting-note.ts'
import type { CompletionError, SignIn, Subject } from '../sign-in/ports.ts'
import { isSameProfile } from '../users/profile.ts'
import { isProvisioned } from '../users/provisioned.ts'
import { adminRowWrites } from './admin-rows.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { hasNoDirectory } from './scim-directory-count.ts'
import { type Joining, joinAgain, joinByAddress } from './sign-in-joins.ts'
import type { Complete } from './sign-in-store.ts'
import {
  type Believed,
  createUser,
  moveSubject,
  type UserWriteFailure,
  updateUser,
} from './user-writes.ts'
import type { UserFailure } from './write-user.ts'

/** Sign-ins that change who is a user, or what is known of one. */

type Context = { directory: string; complete: Complete; signIn: SignIn }

/**
 * Of somebody whom no subject leads to: they are new, have their address here already, or are whom a
 * SCIM directory has. Directories are asked where there are any, which a condition tells.
 */
export async function completeNew(
  directory: string,
  complete: Complete,
  signIn: SignIn,
): Promise<CompletionError | undefined> {
  const context = { directory, complete, signIn }
  const userId = newUserId()
  const writes: GuardedWrite<Failure>[] = [
    hasNoDirectory(directory, signIn),
    ...createUser(directory, signIn, { userId }),
  ]
  const failure = await complete(signIn, userId, writes)
  if (failure !== 'has_directories') return joined(context, { isNew: true }, failure)
  const { joinMet } = await loadMeeting()
  return join(context, await joinMet(directory, signIn))
}

/** Few organizations that people join have directories: what asks them is loaded once one has. */
const loadMeeting = () => import('./sign-in-meeting.ts')

/** Of somebody of whom the provider says something else than before, or who was deleted. */
export async function completeChanged(
  directory: string,
  complete: Complete,
  { signIn, subject }: { signIn: SignIn; subject: Subject },
): Promise<CompletionError | undefined> {
  const { userId } = subject
  const { orgId } = signIn.idp
  let person: Believed = { ...subject.profile, orgId, userId, state: 'active', role: 'member' }
  for (let attempt = 1; attempt <= 3; attempt++) {
    const writes = await userWrites(directory, signIn, subject, person)
    const failure = await complete(signIn, userId, writes)
    if (failure === 'user_deleted') return completeAgain({ directory, complete, signIn }, userId)
    if (typeof failure !== 'object' || !('userIs' in failure)) return errorOf(failure)
    person = failure.userIs
  }
  return 'subject_changed'
}

/** Of somebody whose subject leads to one who was deleted. */
async function completeAgain(context: Context, formerly: UserId) {
  const { directory, signIn } = context
  const { joinMetAgain } = await loadMeeting()
  const met = await joinMetAgain(directory, signIn, formerly)
  return join(context, met ?? (await joinAgain(directory, signIn, formerly)))
}

async function join(
  context: Context,
  joining: Joining | CompletionError,
): Promise<CompletionError | undefined> {
  if (typeof joining === 'string') return joining
  const { userId, writes, metBy } = joining
  const failure = await context.complete(meetingNote(context.signIn, metBy), userId, writes)
  return joined(context, joining, failure)
}

/** Whoever has the address of somebody new may be them. */
async function joined(
  context: Context,
  { isNew, metBy }: Pick<Joining, 'isNew' | 'metBy'>,
  failure: Failure | undefined,
): Promise<CompletionError | undefined> {
  const isHeld = isNew && typeof failure === 'object' && 'emailOf' in failure
  if (!isHeld) return errorOf(failure)
  const { directory, signIn } = context
  return join(context, await joinByAddress(directory, signIn, failure.emailOf, { metBy }))
}

type Failure = UserWriteFailure | UserFailure | 'has_directories' | 'person_taken'

async function userWrites(
  directory: string,
  signIn: SignIn,
  subject: Subject,
  person: Believed,
): Promise<GuardedWrite<Failure>[]> {
  const { profile } = signIn
  if (isSameProfile(profile, subject.profile)) return moveSubject(directory, signIn, subject)
  if (isProvisioned(person)) {
    const { provisionedWrites } = await import('./sign-in-provisioned.ts')
    return provisionedWrites(directory, signIn, subject, person)
  }
  return [
    ...updateUser(directory, signIn, subject, { believed: person, profile }),
    ...adminRowWrites(directory, person, { ...person, ...profile }),
  ]
}

/** Whatever else has changed meanwhile: it is worth another look. */
function errorOf(failure: Failure | undefined): CompletionError | undefined {
  if (typeof failure === 'object') return 'emailOf' in failure ? 'email_in_use' : 'subject_changed'
  switch (failure) {
    case 'changed_meanwhile':
    case 'user_name_in_use': // no sign-in gives anybody one
    case 'last_admin': // who is one stays one in every sign-in
    case 'has_directories':
    case 'person_taken':
      return 'subject_changed'
    default:
      return failure
  }
}
