import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { UserId } from '../ids.ts'
import type { CompletionError, SignIn, Subject } from '../sign-in/ports.ts'
import { foldEmail } from '../users/email.ts'
import type { Profile } from '../users/types.ts'
import { evt } from './event-attribute.ts'
import { condition, putNew, update } from './item-writes.ts'
import { directoryKeys } from './keys.ts'

/** A write of a transaction, and what it means if its condition does not hold. */
export type GuardedWrite = {
  write: TransactWriteItem
  /** @param stored the item as it was */
  onFailure: (stored: object | undefined) => CompletionError | { emailIs: string }
}

const actorOf = ({ idp }: SignIn) => `idp:${idp.id}`

/** A user who did not exist, known from now on by this provider's NameID and by their address. */
export function createUser(directory: string, signIn: SignIn, userId: UserId): GuardedWrite[] {
  const { idp, profile, trace } = signIn
  const user = {
    ...directoryKeys.user(idp.orgId, userId),
    userId,
    orgId: idp.orgId,
    state: 'active',
    ...profile,
    rev: 1,
    createdAt: trace.at,
    evt: evt('latchkey.user.created.v1', trace.at, actorOf(signIn)),
  }
  return [
    nameSubject(directory, signIn, userId),
    { write: putNew(directory, user), onFailure: () => 'subject_changed' },
    claimEmail(directory, signIn, userId),
  ]
}

/** The person is found by this key of the provider from now on. */
const nameSubject = (
  directory: string,
  { idp: { id: idpId, orgId }, profile, subjectKey }: SignIn,
  userId: UserId,
): GuardedWrite => ({
  write: putNew(directory, { ...directoryKeys.subject(subjectKey), idpId, orgId, userId, profile }),
  onFailure: () => 'subject_changed',
})

/** The user must be there and active; nothing about them changes. */
export const requireActiveUser = (
  directory: string,
  signIn: SignIn,
  { userId, isFormer }: Subject,
): GuardedWrite[] => [
  {
    write: {
      ConditionCheck: condition(directory, {
        key: directoryKeys.user(signIn.idp.orgId, userId),
        condition: '#state = :active',
        values: { active: 'active' },
      }),
    },
    onFailure: () => 'user_suspended',
  },
  ...(isFormer ? [nameSubject(directory, signIn, userId)] : []),
]

/**
 * Takes over what the provider says now. `emailIs` is the address that the user has: another one
 * means that somebody changed it meanwhile, and the caller has to try again with that one.
 */
export function updateUser(
  directory: string,
  signIn: SignIn,
  { userId, isFormer }: Subject,
  emailIs: string,
): GuardedWrite[] {
  const { idp, profile, trace } = signIn
  const isMoved = foldEmail(emailIs) !== foldEmail(profile.email)
  return [
    {
      write: {
        Update: update(directory, {
          key: directoryKeys.user(idp.orgId, userId),
          set: { ...profile, evt: evt('latchkey.user.updated.v1', trace.at, actorOf(signIn)) },
          remove: nameFields.filter((name) => profile[name] === undefined),
          condition: '#state = :active AND #email = :emailIs',
          values: { active: 'active', emailIs },
          increment: 'rev',
        }),
      },
      onFailure: whyNotUpdated,
    },
    isFormer ? nameSubject(directory, signIn, userId) : updateSubject(directory, signIn, userId),
    ...(isMoved ? moveEmail(directory, signIn, userId, emailIs) : []),
  ]
}

const updateSubject = (
  directory: string,
  { subjectKey, profile }: SignIn,
  userId: UserId,
): GuardedWrite => ({
  write: {
    Update: update(directory, {
      key: directoryKeys.subject(subjectKey),
      set: { profile },
      condition: '#userId = :userId',
      values: { userId },
    }),
  },
  onFailure: () => 'subject_changed',
})

/** What a provider may stop sending. */
const nameFields = ['givenName', 'familyName', 'displayName'] as const

function whyNotUpdated(stored: object | undefined): ReturnType<GuardedWrite['onFailure']> {
  const { state, email } = (stored ?? {}) as { state?: string; email?: string }
  if (state !== 'active' || email === undefined) return 'user_suspended'
  return { emailIs: email }
}

const moveEmail = (directory: string, signIn: SignIn, userId: UserId, from: string) => [
  claimEmail(directory, signIn, userId),
  {
    write: {
      Delete: condition(directory, {
        key: directoryKeys.email(signIn.idp.orgId, foldEmail(from)),
        condition: '#userId = :userId',
        values: { userId },
      }),
    },
    onFailure: () => 'subject_changed' as const,
  },
]

const claimEmail = (directory: string, { idp, profile }: SignIn, userId: UserId): GuardedWrite => ({
  write: putNew(directory, {
    ...directoryKeys.email(idp.orgId, foldEmail(profile.email)),
    userId,
  }),
  onFailure: () => 'email_in_use',
})

/** Whether a provider says the same of a person as last time. */
export const isSameProfile = (a: Profile, b: Profile) =>
  a.email === b.email &&
  a.givenName === b.givenName &&
  a.familyName === b.familyName &&
  a.displayName === b.displayName
