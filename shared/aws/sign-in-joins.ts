import type { DirectoryId, UserId } from '../ids.ts'
import { newUserId } from '../ids.ts'
import type { CompletionError, SignIn, Subject } from '../sign-in/ports.ts'
import { foldEmail } from '../users/email.ts'
import { type Invitation, stateOf } from '../users/invitation.ts'
import type { Home } from '../users/ports.ts'
import { isProvisioned, provisionedBy } from '../users/provisioned.ts'
import type { Profile, User, UserRecord } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { closeInvitation, invitationOf } from './invitation-items.ts'
import { subjectWrites } from './subject-rows.ts'
import { userChangeWrites } from './user-changes.ts'
import { userRecordOf } from './user-items.ts'
import { userReads } from './user-reads.ts'
import { createUser, isStanding, joinsFreely, type UserWriteFailure } from './user-writes.ts'
import type { UserFailure } from './write-user.ts'

/** Whose sign-in it is, and what is written of them. */
export type Joining = {
  userId: UserId
  writes: GuardedWrite<UserFailure | UserWriteFailure | 'person_taken'>[]
  /** How SCIM directories knew them, where they did. */
  metBy?: Subject['metBy']
  /** Set where they come to exist: somebody else may have the address. */
  isNew?: true
}

/** What makes a user the one who signs in, beside the address. */
export type Grounds = {
  /** Who the subject leads to and is no user any more. */
  formerly?: UserId | undefined
  /** SCIM users that become this user with it. */
  met?: Met
  metBy?: Subject['metBy']
}

/** Directories that are to provision a user from now on, and what is written for it. */
export type Met = {
  directories: readonly DirectoryId[]
  /** What they say of names. */
  names: Omit<Profile, 'email'>
  linkTo(personId: UserId): Joining['writes']
}

/**
 * Who has the address of somebody whom no subject leads to: that is them if they have never been
 * known by any subject, because they were invited, made by an admin, or unlinked. The provider may
 * speak for the address, as it lies in a domain that the organization has proved (ADR 0019).
 */
export async function joinByAddress(
  directory: string,
  signIn: SignIn,
  userId: UserId | undefined,
  grounds: Grounds = {},
): Promise<Joining | CompletionError> {
  const { orgId } = signIn.idp
  const { find, findHome } = userReads(directory)
  const [record, home] = await Promise.all([userId && find(orgId, userId), findHome(orgId)])
  if (!record || record.user.state === 'deleted') return 'subject_changed'
  if (record.subjectCount > 0) return 'email_in_use'
  switch (record.user.state) {
    case 'suspended':
      return 'user_suspended'
    case 'active':
      return linked(directory, { signIn, record, ...grounds }, record.user)
    case 'invited':
      return accepted(directory, { signIn, record, ...grounds }, home)
    default:
      return record.user.state satisfies never
  }
}

/**
 * The sign-in of somebody whose user was deleted: they are who has their address now, if that is
 * somebody without a subject; once nobody remembers the one who was deleted, they are new.
 */
export async function joinAgain(
  directory: string,
  signIn: SignIn,
  formerly: UserId,
): Promise<Joining | CompletionError> {
  const { orgId } = signIn.idp
  const [user, marker] = await readItems([
    { table: directory, key: directoryKeys.user(orgId, formerly) },
    { table: directory, key: directoryKeys.email(orgId, foldEmail(signIn.profile.email)) },
  ])
  if (marker) {
    const joining = await joinByAddress(directory, signIn, (marker as { userId: UserId }).userId, {
      formerly,
    })
    return joining === 'email_in_use' ? 'user_deleted' : joining
  }
  const { deletion } = userRecordOf(user)?.user ?? {}
  const isRemembered = deletion !== undefined && deletion.until > signIn.trace.at
  if (isRemembered) return 'user_deleted'
  const userId = newUserId()
  return { userId, writes: createUser(directory, signIn, { userId, formerly }), isNew: true }
}

type Found = Grounds & { signIn: SignIn; record: UserRecord }

/**
 * The subject leads to the user from now on, who takes over what the provider says; of whom a
 * directory provisions already, the profile stays what that says (ADR 0021).
 */
function linked(directory: string, found: Found, becomes: User): Joining {
  const { signIn, record, formerly, met, metBy } = found
  const { profile, idp, trace } = signIn
  const { givenName, familyName, displayName, email, invitationId, ...rest } = becomes
  const own = { ...{ givenName, familyName, displayName }, email }
  const said = isProvisioned(record.user) ? own : { ...profile, ...met?.names }
  const user = met?.directories.reduce(provisionedBy, rest) ?? rest
  const next = {
    ...record,
    user: { ...user, state: 'active', ...said } as User,
    revision: record.revision + 1,
    subjectCount: 1,
  }
  const act = { actor: `idp:${idp.id}`, at: trace.at }
  const { id: userId } = becomes
  return {
    userId,
    writes: [
      ...subjectWrites(directory, signIn, { userId, formerly, metBy, isTold: true }),
      ...userChangeWrites(directory, record, next, { event: 'updated', act }),
      ...(met?.linkTo(userId) ?? []),
    ],
    ...(metBy && { metBy }),
  }
}

/**
 * By an invitation that is good somebody gets the role that it says; by one that is not they are
 * as if nobody had invited them.
 */
async function accepted(
  directory: string,
  found: Found,
  home: Home | undefined,
): Promise<Joining | CompletionError> {
  const { signIn, record, met } = found
  const { idp, trace } = signIn
  const invitation = await invitationBy(directory, record.user)
  const act = { actor: `idp:${idp.id}`, at: trace.at }
  const isGood = invitation && stateOf(invitation, trace.at) === 'pending'
  const { user } = record
  const needsNone = met !== undefined || isProvisioned(user)
  if (!isGood && !needsNone && home?.joinPolicy === 'invitation') return 'not_invited'
  const joinedBy = needsNone ? 'scim' : 'automatic'
  const becomes = isGood ? user : ({ ...user, role: 'member', joinedBy } as const)
  const joins = needsNone ? isStanding(directory, signIn) : joinsFreely(directory, signIn)
  const { writes, ...joining } = linked(directory, found, becomes)
  return {
    ...joining,
    writes: [
      ...writes,
      ...(isGood ? [] : [joins]),
      ...(invitation?.state === 'pending'
        ? [closeInvitation(directory, invitation, isGood ? 'accepted' : 'revoked', act)]
        : []),
    ],
  }
}

async function invitationBy(directory: string, user: User): Promise<Invitation | undefined> {
  if (user.invitationId === undefined) return undefined
  const key = directoryKeys.invitation(user.orgId, user.invitationId)
  const [item] = await readItems([{ table: directory, key }])
  return invitationOf(item)
}
