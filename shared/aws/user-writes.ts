import type { DirectoryId, UserId } from '../ids.ts'
import type { CompletionError, SignIn, Subject } from '../sign-in/ports.ts'
import { nameFields } from '../users/profile.ts'
import { isProvisioned } from '../users/provisioned.ts'
import type { Profile, User } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { condition, putNew, update } from './item-writes.ts'
import { subjectWrites } from './subject-rows.ts'
import { type Person, type RowFailure, userRowWrites } from './user-rows.ts'

/** Beside what a sign-in is refused for: what the user is now, where it was believed otherwise. */
export type UserWriteFailure = CompletionError | RowFailure | { userIs: Person }

type UserWrite = GuardedWrite<UserWriteFailure>

const actorOf = ({ idp }: SignIn) => `idp:${idp.id}`

type Whose = {
  userId: UserId
  formerly?: UserId | undefined
  metBy?: Subject['metBy']
  /** Set where directories provision them: they need no invitation. */
  provisioned?: { directories: readonly DirectoryId[]; names: Omit<Profile, 'email'> }
}

/** A user who did not exist, known from now on by this provider's NameID and by their address. */
export function createUser(directory: string, signIn: SignIn, whose: Whose): UserWrite[] {
  const { userId, provisioned } = whose
  const { idp, profile, trace } = signIn
  const { orgId } = idp
  const said = { ...profile, ...provisioned?.names }
  const person: Person = { ...said, userId, orgId, state: 'active', role: 'member' }
  const user = {
    ...directoryKeys.user(orgId, userId),
    ...person,
    joinedBy: provisioned ? 'scim' : 'automatic',
    ...(provisioned && { directories: provisioned.directories }),
    subjectCount: 1,
    rev: 1,
    createdAt: trace.at,
    evt: evt('latchkey.user.created.v1', trace.at, actorOf(signIn)),
  }
  return [
    ...subjectWrites(directory, signIn, whose),
    { write: putNew(directory, user), onFailure: () => 'subject_changed' },
    ...userRowWrites(directory, undefined, person),
    provisioned ? isStanding(directory, signIn) : joinsFreely(directory, signIn),
  ]
}

/**
 * Where people join by invitation, nobody does without (R21); nobody at all where the organization
 * is being deleted or imported: the deletion would not find them.
 */
export const joinsFreely = (directory: string, { idp }: SignIn): UserWrite => ({
  write: {
    ConditionCheck: condition(directory, {
      key: directoryKeys.organization(idp.orgId),
      condition:
        'attribute_not_exists(#state) AND' +
        ' (attribute_not_exists(#joinPolicy) OR #joinPolicy = :automatic)',
      values: { automatic: 'automatic' },
    }),
  },
  onFailure: () => 'not_invited',
})

/** The same of those who need no invitation. */
export const isStanding = (directory: string, { idp }: SignIn): UserWrite => ({
  write: {
    ConditionCheck: condition(directory, {
      key: directoryKeys.organization(idp.orgId),
      condition: 'attribute_not_exists(#state)',
      values: {},
    }),
  },
  onFailure: () => 'not_invited',
})

/** The user must be there and active; they are known by this provider, too, from now on. */
export function moveSubject(directory: string, signIn: SignIn, { userId }: Subject): UserWrite[] {
  const Update = update(directory, {
    key: directoryKeys.user(signIn.idp.orgId, userId),
    set: {},
    condition: '#state = :active',
    values: { active: 'active' },
    increment: ['rev', 'subjectCount'],
  })
  return [
    { write: { Update }, onFailure: whyRefused },
    ...subjectWrites(directory, signIn, { userId }),
  ]
}

/** The user as they are believed to be, and what they become. */
type Revision = { believed: Believed; profile: Profile }
export type Believed = Person & Pick<User, 'directories'>

/**
 * Takes over what the provider says now, from a user as they are believed to be: if they are not,
 * the caller has to try again with what they are.
 */
export function updateUser(
  directory: string,
  signIn: SignIn,
  { userId, isFormer }: Subject,
  { believed, profile }: Revision,
): UserWrite[] {
  const { idp, trace } = signIn
  const { role, state } = believed
  const next: Person = { ...profile, orgId: idp.orgId, userId, state, role }
  const believes = beliefs.map((name) => equals(name, believed[name]))
  return [
    {
      write: {
        Update: update(directory, {
          key: directoryKeys.user(idp.orgId, userId),
          set: { ...profile, evt: evt('latchkey.user.updated.v1', trace.at, actorOf(signIn)) },
          remove: nameFields.filter((name) => profile[name] === undefined),
          condition: ['#state = :active', ...believes, provisioning(believed)].join(' AND '),
          values: Object.fromEntries([
            ['active', 'active'],
            ...beliefs.flatMap((name) =>
              believed[name] === undefined ? [] : [[`${name}Is`, believed[name]]],
            ),
          ]),
          increment: isFormer ? ['rev', 'subjectCount'] : ['rev'],
        }),
      },
      onFailure: whyNotUpdated,
    },
    ...(isFormer
      ? subjectWrites(directory, signIn, { userId })
      : [updateSubject(directory, signIn, userId)]),
    ...userRowWrites(directory, believed, next),
  ]
}

const equals = (name: string, value: unknown) =>
  value === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}Is`

/** Whose profile a directory says is written otherwise (ADR 0021). */
const provisioning = (believed: Believed) =>
  `${isProvisioned(believed) ? 'attribute_exists' : 'attribute_not_exists'}(#directories)`

/** The profile of a user stays what directories say: only what the provider said is kept. */
export const keepUser = (
  directory: string,
  signIn: SignIn,
  { userId, isFormer }: Subject,
): UserWrite[] => {
  const stands = {
    key: directoryKeys.user(signIn.idp.orgId, userId),
    condition: '#state = :active AND attribute_exists(#directories)',
    values: { active: 'active' },
  }
  if (!isFormer) {
    const write = { ConditionCheck: condition(directory, stands) }
    return [{ write, onFailure: whyNotUpdated }, updateSubject(directory, signIn, userId)]
  }
  const counted = { ...stands, set: {}, increment: ['rev', 'subjectCount'] }
  return [
    { write: { Update: update(directory, counted) }, onFailure: whyNotUpdated },
    ...subjectWrites(directory, signIn, { userId }),
  ]
}

const updateSubject = (
  directory: string,
  { subjectKey, profile }: SignIn,
  userId: UserId,
): UserWrite => ({
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

/** What the rows of a user depend on. */
const beliefs = ['email', 'role', ...nameFields] as const

function whyNotUpdated(stored: object | undefined): UserWriteFailure {
  const user = stored as Person | undefined
  return user?.state === 'active' ? { userIs: user } : whyRefused(stored)
}

/** Of a user who is not active. */
const whyRefused = (stored: object | undefined) =>
  (stored as Partial<Person> | undefined)?.state === 'deleted' ? 'user_deleted' : 'user_suspended'
