import { type DirectoryId, orgOfDirectory, type UserId } from '../ids.ts'
import { toSeconds } from '../time.ts'
import { stateOf } from '../users/invitation.ts'
import { provisionedBy } from '../users/provisioned.ts'
import { isKeptOutBy, letIn, sessionsOver } from '../users/suspend-user.ts'
import type { DirectoryLink, MetBy, Profile, User, UserRecord } from '../users/types.ts'
import { addressOf, isActive, namesOf } from './person-profile.ts'
import type { FoundPerson, PersonChange } from './ports.ts'
import type { Document, ScimAct, ScimUser } from './types.ts'

/** A SCIM user as it will be, and what becomes of the Latchkey user by it. */
export type Decision = { next: ScimUser; person: PersonChange | undefined }

/** Who has the address. */
type Holder = Pick<FoundPerson, 'record' | 'invitation'>

type Given = {
  next: ScimUser
  /** Domains that the organization has proved. */
  domains: readonly string[]
  act: ScimAct
}

/**
 * A SCIM user whom no Latchkey user is yet: they become a new one, by their SCIM user's id unless
 * another is given. Where the address is somebody's already, see linkedPerson().
 */
export function newPerson({ next, domains, act }: Given, id: UserId = next.id): Decision {
  const email = addressOf(next.document, domains)
  if (email === undefined || next.isApart) return { next, person: undefined }
  const { directoryId, document } = next
  const user = {
    ...({ id, orgId: orgOfDirectory(directoryId), role: 'member', joinedBy: 'scim' } as const),
    ...{ email, ...namesOf(document) },
    ...(isActive(document)
      ? { state: 'active' as const }
      : { state: 'suspended' as const, suspendedBy: directoryId }),
  }
  const record: UserRecord = {
    user: provisionedBy<User>(user, directoryId),
    createdAt: toSeconds(act.nowMs),
    revision: 1,
    subjectCount: 0,
  }
  return {
    next: { ...next, personId: id },
    person: { kind: 'create', record, link: linkOf(next, 'created', act) },
  }
}

/**
 * The address of a SCIM user is somebody's: that is them from now on. Who was invited has come, with
 * the role that a good invitation says; who was suspended by an admin stays so.
 */
export function linkedPerson(
  { next, domains, act }: Given,
  found: Holder,
  how: Parameters<typeof linkOf>[1] = 'email',
): Decision {
  const { record } = found
  const { id: personId } = record.user
  const { user: accepted, invitation } = acceptedBy(next.document, found, act)
  const isSuspended = accepted.state === 'active' && !isActive(next.document)
  const email = emailOf(accepted, next.document, domains)
  const user = { ...accepted, email, ...namesOf(next.document) }
  const becomes = isSuspended ? suspended(user, next.directoryId, act) : user
  const wasActive = record.user.state === 'active'
  return {
    next: { ...next, personId },
    person: {
      kind: 'change',
      before: record,
      next: changed(record, provisionedBy(becomes, next.directoryId)),
      event: isSuspended && wasActive ? 'suspended' : 'updated',
      link: linkOf(next, how, act),
      ...(invitation && { invitation }),
    },
  }
}

/**
 * The Latchkey user follows their SCIM user: names and address as the document says, an address only
 * if it is in a proved domain; kept out where `active` becomes false, and back in where the directory
 * had kept them out. Who was deleted here stays so.
 */
export function changedPerson(
  { next, domains, act }: Given,
  before: ScimUser,
  record: UserRecord | undefined,
): Decision {
  if (!record || record.user.state === 'deleted') return { next, person: undefined }
  const profile = followed(record.user, before.document, next.document, domains)
  const turn = turnOf(before, next, record.user)
  const becomes = turned(profile, turn, next.directoryId, act)
  const isSame = turn === undefined && isSameProfile(record.user, becomes)
  const person = {
    ...({ kind: 'change', event: turn ?? 'updated' } as const),
    ...{ before: record, next: changed(record, becomes) },
  }
  return { next, person: isSame ? undefined : person }
}

/** Whom a document keeps out from now on, and whom it lets in again. */
function turnOf(before: ScimUser, next: ScimUser, user: User) {
  const [was, is] = [isActive(before.document), isActive(next.document)]
  if (was && !is && user.state === 'active') return 'suspended'
  return is && isKeptOutBy(user, next.directoryId) ? 'reactivated' : undefined
}

function turned(
  user: User,
  turn: ReturnType<typeof turnOf>,
  directory: DirectoryId,
  act: ScimAct,
): User {
  if (turn === 'suspended') return suspended(user, directory, act)
  return turn === 'reactivated' ? letIn(user) : user
}

const changed = (record: UserRecord, user: User): UserRecord => ({
  ...record,
  user,
  revision: record.revision + 1,
})

const suspended = (user: User, suspendedBy: DirectoryId, act: ScimAct): User => ({
  ...user,
  state: 'suspended',
  suspendedBy,
  sessionsFrom: sessionsOver(user, act),
})

const linkOf = (
  { id: scimUserId, directoryId }: ScimUser,
  how: 'created' | MetBy,
  { actor, nowMs }: ScimAct,
): DirectoryLink => ({
  ...{ directoryId, scimUserId, how },
  ...{ linkedAt: toSeconds(nowMs), linkedBy: actor },
})

type Link = Extract<PersonChange, { kind: 'change' }>

/** Somebody invited as one who has come. Who is not let in has not accepted anything. */
function acceptedBy(
  document: Document,
  { record, invitation }: Holder,
  act: ScimAct,
): { user: User; invitation?: NonNullable<Link['invitation']> } {
  const { invitationId, ...user } = record.user
  if (user.state !== 'invited') return { user: record.user }
  const now = toSeconds(act.nowMs)
  const isGood = invitation && stateOf(invitation, now) === 'pending' && isActive(document)
  const becomes: User = {
    ...user,
    state: 'active',
    ...(!isGood && { role: 'member', joinedBy: 'scim' }),
  }
  if (invitation?.state !== 'pending') return { user: becomes }
  const end = isGood ? ('accepted' as const) : ('revoked' as const)
  return { user: becomes, invitation: { record: invitation, becomes: end } }
}

/** A name that the document never had is the user's own; one that it has no more is gone. */
function followed(user: User, before: Document, next: Document, domains: readonly string[]): User {
  const [had, has] = [namesOf(before), namesOf(next)]
  const gone = Object.keys(had).filter((name) => !Object.hasOwn(has, name))
  const kept = Object.fromEntries(Object.entries(user).filter(([name]) => !gone.includes(name)))
  return { ...(kept as User), ...has, email: emailOf(user, next, domains) }
}

/**
 * Whoever has somebody's address can sign in as them where links are mailed: a directory moves nobody
 * who may administer, or its token would be worth as much as they are.
 */
const emailOf = (user: User, document: Document, domains: readonly string[]) =>
  (user.role === 'member' ? addressOf(document, domains) : undefined) ?? user.email

const isSameProfile = (one: Profile, other: Profile) =>
  (['email', 'givenName', 'familyName', 'displayName'] as const).every(
    (name) => one[name] === other[name],
  )
