import { newUserId, type UserId } from '../ids.ts'
import { meet } from '../scim/meet.ts'
import { namesOf } from '../scim/person-profile.ts'
import type { CompletionError, SignIn } from '../sign-in/ports.ts'
import { waysToMeet } from '../users/types.ts'
import { update } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { type FoundScimUser, type Sought, seek } from './scim-meeting-reads.ts'
import { type LinkedPerson, personLinkWrites } from './scim-person-links.ts'
import { type Joining, joinByAddress, type Met } from './sign-in-joins.ts'
import { userReads } from './user-reads.ts'
import { createUser } from './user-writes.ts'

/** No directory knows them, or not well enough: who they are is decided without. */
type Unmet = { holder: UserId | undefined; isUnclear: boolean }

/** Who signs in first with a subject that nobody knows, where there are directories. */
export async function joinMet(table: string, signIn: SignIn): Promise<Joining | CompletionError> {
  const joining = await joinByDirectory(table, signIn)
  if (typeof joining === 'string' || (joining && 'writes' in joining)) return joining
  const metBy = joining?.isUnclear ? 'unclear' : undefined
  if (joining?.holder) return joinByAddress(table, signIn, joining.holder, { metBy })
  const userId = newUserId()
  const writes = createUser(table, signIn, { userId, metBy })
  return { userId, writes, isNew: true, ...(metBy && { metBy }) }
}

/**
 * The same of somebody whose subject leads to one who was deleted; undefined: no directory has them.
 */
export async function joinMetAgain(
  table: string,
  signIn: SignIn,
  formerly: UserId,
): Promise<Joining | CompletionError | undefined> {
  const joining = await joinByDirectory(table, signIn, formerly)
  if (typeof joining === 'object' && 'holder' in joining) return undefined
  return joining === 'email_in_use' ? 'user_deleted' : joining
}

/**
 * Who signs in first with a subject that nobody knows, as the organization's directories have them
 * (ADR 0021). Who has the asserted address already must be whom they mean; undefined: the
 * organization has no directories.
 *
 * @param formerly who the subject leads to and is no user any more
 */
async function joinByDirectory(
  table: string,
  signIn: SignIn,
  formerly?: UserId,
): Promise<Joining | Unmet | CompletionError | undefined> {
  const sought = await seek(table, signIn)
  if (!sought) return undefined
  const { holder, isCutOff } = sought
  const meeting = meet(sought.scimUsers, sought.isOnlyProvider)
  if (isCutOff || meeting.kind === 'unclear') return { holder, isUnclear: true }
  if (meeting.kind === 'nobody') return { holder, isUnclear: isByIdentifier(sought) }
  if (meeting.kind === 'inactive') return 'user_suspended'
  const { personId, by: metBy, scimUsers } = meeting
  if (await isOutOfReach(table, signIn, personId, holder)) return { holder, isUnclear: true }
  const met = metBySignIn(table, signIn, scimUsers)
  const userId = personId ?? holder
  if (!userId) return createdBy(table, signIn, { met, metBy, formerly, scimUsers })
  const joining = await joinByAddress(table, signIn, userId, { formerly, met, metBy })
  // Nobody has the address of somebody who was deleted, and their SCIM user leads to them yet.
  return joining === 'subject_changed' && !holder ? 'user_deleted' : joining
}

/**
 * Whether somebody is not met by an address that is not theirs. Nobody is by another user's; and who
 * may administer is by their own only: a directory can give any address to anybody, and its token
 * would be worth as much as they are.
 */
async function isOutOfReach(
  table: string,
  { idp }: SignIn,
  personId: UserId | undefined,
  holder: UserId | undefined,
): Promise<boolean> {
  if (personId === undefined || personId === holder) return false
  if (holder) return true
  const record = await userReads(table).find(idp.orgId, personId)
  return record !== undefined && record.user.role !== 'member'
}

/** Something was found that was not good enough. */
const isByIdentifier = ({ scimUsers }: Sought) => scimUsers.length > 0

type Creation = Pick<Joining, 'metBy'> & {
  met: Met
  formerly: UserId | undefined
  scimUsers: readonly FoundScimUser[]
}

/** They come to exist with the id of their SCIM user, unless somebody has it who was deleted. */
function createdBy(table: string, signIn: SignIn, creation: Creation): Joining | CompletionError {
  const { met, metBy, formerly, scimUsers } = creation
  const [scimUser] = scimUsers
  if (!scimUser) return 'subject_changed'
  const userId = scimUser.isIdTaken ? newUserId() : scimUser.id
  return {
    userId,
    writes: [
      ...createUser(table, signIn, { userId, formerly, metBy, provisioned: met }),
      ...met.linkTo(userId),
    ],
    isNew: true,
    ...(metBy && { metBy }),
  }
}

/** SCIM users that had no person get one. */
function metBySignIn(table: string, signIn: SignIn, all: readonly FoundScimUser[]): Met {
  const { orgId } = signIn.idp
  const scimUsers = all.filter(({ personId }) => personId === undefined)
  return {
    directories: scimUsers.map(({ directoryId }) => directoryId),
    names: namesOf(scimUsers[0]?.document ?? {}),
    linkTo: (personId) =>
      scimUsers.flatMap((one) => linkWrites(table, signIn, one, { orgId, personId })),
  }
}

/**
 * The SCIM user must be as it was read. Its version stays: nothing changes that its client sees.
 */
function linkWrites(
  table: string,
  { idp, trace }: SignIn,
  { directoryId, id: scimUserId, by, version }: FoundScimUser,
  person: LinkedPerson,
): Joining['writes'] {
  const Update = update(table, {
    key: scimKeys.user(directoryId, scimUserId),
    set: { personId: person.personId },
    condition:
      '#ver = :version AND attribute_not_exists(#personId)' +
      ' AND attribute_not_exists(#deletedAt) AND attribute_not_exists(#isApart)',
    values: { version },
  })
  const how = waysToMeet.find((way) => by.includes(way)) ?? 'email'
  const linkedBy = `idp:${idp.id}`
  const link = { directoryId, scimUserId, how, linkedAt: trace.at, linkedBy }
  return [
    { write: { Update }, onFailure: () => 'subject_changed' },
    ...personLinkWrites(table, person, link),
  ]
}
