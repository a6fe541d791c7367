import { newUserId } from '../ids.ts'
import type { CompletionError, SignIn, Subject } from '../sign-in/ports.ts'
import { isSameProfile } from '../users/profile.ts'
import { adminRowWrites } from './admin-rows.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { type Joining, joinAgain, joinByAddress } from './sign-in-joins.ts'
import type { Complete } from './sign-in-store.ts'
import type { UserFailure } from './user-changes.ts'
import type { Person } from './user-rows.ts'
import { createUser, moveSubject, type UserWriteFailure, updateUser } from './user-writes.ts'

/** Sign-ins that change who is a user, or what is known of one. */

/** Of somebody whom no subject leads to: they are new, or have their address here already. */
export async function completeNew(
  directory: string,
  complete: Complete,
  signIn: SignIn,
): Promise<CompletionError | undefined> {
  const userId = newUserId()
  const failure = await complete(signIn, userId, createUser(directory, signIn, { userId }))
  if (typeof failure !== 'object' || !('emailOf' in failure)) return errorOf(failure)
  return join(complete, signIn, await joinByAddress(directory, signIn, failure.emailOf))
}

/** Of somebody of whom the provider says something else than before, or who was deleted. */
export async function completeChanged(
  directory: string,
  complete: Complete,
  { signIn, subject }: { signIn: SignIn; subject: Subject },
): Promise<CompletionError | undefined> {
  const { userId } = subject
  const { orgId } = signIn.idp
  let person: Person = { ...subject.profile, orgId, userId, state: 'active', role: 'member' }
  for (let attempt = 1; attempt <= 3; attempt++) {
    const writes = userWrites(directory, signIn, subject, person)
    const failure = await complete(signIn, userId, writes)
    if (failure === 'user_deleted') {
      return join(complete, signIn, await joinAgain(directory, signIn, userId))
    }
    if (typeof failure !== 'object' || !('userIs' in failure)) return errorOf(failure)
    person = failure.userIs
  }
  return 'subject_changed'
}

async function join(complete: Complete, signIn: SignIn, joining: Joining | CompletionError) {
  if (typeof joining === 'string') return joining
  return errorOf(await complete(signIn, joining.userId, joining.writes))
}

type Failure = UserWriteFailure | UserFailure

function userWrites(
  directory: string,
  signIn: SignIn,
  subject: Subject,
  person: Person,
): GuardedWrite<Failure>[] {
  const { profile } = signIn
  if (isSameProfile(profile, subject.profile)) return moveSubject(directory, signIn, subject)
  return [
    ...updateUser(directory, signIn, subject, person),
    ...adminRowWrites(directory, person, { ...person, ...profile }),
  ]
}

/** Whatever else has changed meanwhile: it is worth another look. */
function errorOf(failure: Failure | undefined): CompletionError | undefined {
  if (typeof failure === 'object') return 'emailOf' in failure ? 'email_in_use' : 'subject_changed'
  // The last admin stays one in every sign-in.
  return failure === 'changed_meanwhile' || failure === 'last_admin' ? 'subject_changed' : failure
}
