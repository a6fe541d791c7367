import type { DirectoryId, GroupId, UserId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Invitation } from '../users/invitation.ts'
import type { DirectoryLink, UserRecord } from '../users/types.ts'
import type { Document, IndexKey, Member, MemberId, ScimAct, ScimGroup, ScimUser } from './types.ts'

/** A place in a list: the row after which it goes on. */
export type Place = string

/** Some rows of a list in the order in which they came, and whether others follow. */
export type Rows<Id> = { rows: readonly { id: Id; place: Place }[]; hasMore: boolean }

export type Lists<Id, Resource> = {
  /** How many there are. */
  count(directory: DirectoryId): Promise<number>
  /** @param from after: absent: from the first one */
  page(directory: DirectoryId, from: { after?: Place; limit: number }): Promise<Rows<Id>>
  /** The place after so many rows; undefined: there are fewer. */
  skip(directory: DirectoryId, count: number): Promise<Place | undefined>
  /** Ids that a key leads to, in no order, and whether those are all. */
  idsBy(directory: DirectoryId, key: IndexKey): Promise<{ ids: readonly Id[]; isAll: boolean }>
  /** Those that there are, in the order asked for. */
  findAll(directory: DirectoryId, ids: readonly Id[]): Promise<readonly Resource[]>
}

/** What of people the last hour took: see guard.ts. */
export type GuardCounts = {
  deactivated: Readonly<Record<string, number>>
  removed: Readonly<Record<string, number>>
}

/** A SCIM user with the Latchkey user that it is. */
export type FoundUser = {
  user: ScimUser
  person: UserRecord | undefined
  /** Whether some Latchkey user has its id: also one who was deleted, and is its person no more. */
  isIdTaken: boolean
  guard: GuardCounts
}

/** How many people may still be kept out, in the running bucket: see guard.ts. */
export type Room = { bucket: string; room: number; over: readonly string[] }

/** From one state of a SCIM user to the next, all of it or nothing. */
export type UserChange = {
  before: ScimUser
  next: ScimUser
  person: PersonChange | undefined
  /** Where people are kept out by it. */
  guard?: Room | undefined
}

/**
 * What becomes of the Latchkey user; with a link, where the SCIM user is them from now on.
 * `invitation`: by which they had been invited, and what becomes of that.
 */
export type PersonChange =
  | { kind: 'create'; record: UserRecord; link: DirectoryLink }
  | {
      kind: 'change'
      before: UserRecord
      next: UserRecord
      event: 'updated' | 'suspended' | 'reactivated'
      link?: DirectoryLink
      invitation?: { record: Invitation; becomes: 'accepted' | 'revoked' }
    }

/** Where a SCIM user's removal takes something from somebody, and whether the Latchkey user stays. */
export type UserRemoval = { guard?: Room | undefined; kept?: 'as-is' | 'let-in' | undefined }

/** A Latchkey user, and the invitation that has not been accepted yet. */
export type FoundPerson = {
  record: UserRecord
  invitation: Invitation | undefined
  guard: GuardCounts
}

/** A new SCIM user, and the Latchkey user that it is. */
export type UserCreation = {
  user: ScimUser
  person: PersonChange | undefined
  /** Where somebody is kept out by it. */
  guard?: Room | undefined
}

/**
 * `changed_meanwhile`: read it again. `id_taken`: there is such a SCIM user. `person_taken`: another
 * SCIM user of the directory is that person. `emailOf`: the address is that user's. `guarded`: there
 * is no room any more. `too_large`: more rows change than one transaction writes. `busy`: others go on
 * writing the same. `user_name_in_use`: by what no directory writes.
 */
export type UserWriteError =
  | 'busy'
  | 'name_taken'
  | 'id_taken'
  | 'person_taken'
  | 'changed_meanwhile'
  | 'user_name_in_use'
  | 'last_admin'
  | 'guarded'
  | 'too_large'
  | { emailOf: UserId | undefined }

/** A group that a user is a direct member of. */
export type GroupOfUser = { id: GroupId; displayName: string }

export type ScimUserStore = Lists<UserId, ScimUser> & {
  find(directory: DirectoryId, id: UserId): Promise<FoundUser | undefined>
  /** A Latchkey user of the directory's organization. */
  findPerson(directory: DirectoryId, id: UserId): Promise<FoundPerson | undefined>
  create(creation: UserCreation, act: ScimAct): Promise<UserWriteError | undefined>
  change(change: UserChange, act: ScimAct): Promise<UserWriteError | undefined>
  /** The Latchkey user first, then memberships, then the SCIM user; may be called again. */
  remove(found: FoundUser, terms: UserRemoval, act: ScimAct): Promise<UserWriteError | undefined>
  /** What a removal that broke off may have left of a user who is gone. */
  clear(directory: DirectoryId, id: UserId, act: ScimAct): Promise<void>
  /** Groups that users are direct members of. */
  groupsOf(
    directory: DirectoryId,
    ids: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, readonly GroupOfUser[]>>
}

/** Members of a request, folded: what is added and what goes. */
export type MemberChange = { add: readonly Member[]; remove: readonly MemberId[] }

/**
 * `busy`: all members are being replaced by another request. `too_many_changes`: more come and go than
 * one request can write.
 */
export type GroupWriteError =
  | 'name_taken'
  | 'changed_meanwhile'
  | 'guarded'
  | 'group_unknown'
  | 'busy'
  | 'too_many_changes'

/** A group, and who of those asked for is its member. */
export type FoundGroup = { group: ScimGroup; among: readonly Member[]; guard: GuardCounts }

/** From one state of a group to the next. */
export type GroupChange = {
  before: ScimGroup
  document: Document
  /** Where If-Match asks for it: it must still be at the version that was read. */
  isFenced?: boolean
  /** Where members go. */
  guard?: Room | undefined
  /** Of the answer, for the log. */
  status: number
}

/** The group as it is then, and of its members those that came and went by it. */
export type ChangedGroup = {
  group: ScimGroup
  added: readonly Member[]
  removed: readonly MemberId[]
  /** All members, where all were replaced. */
  members?: readonly Member[]
}

export type ScimGroupStore = Lists<GroupId, ScimGroup> & {
  find(
    directory: DirectoryId,
    id: GroupId,
    among?: readonly MemberId[],
  ): Promise<FoundGroup | undefined>
  /** All members by id. */
  members(directory: DirectoryId, id: GroupId): Promise<readonly Member[]>
  /** As many of them as one call reads, and whether those are all. */
  firstMembers(
    directory: DirectoryId,
    id: GroupId,
  ): Promise<{ members: readonly Member[]; isAll: boolean }>
  /** Of these, those that are members. */
  membersAmong(
    directory: DirectoryId,
    id: GroupId,
    members: readonly MemberId[],
  ): Promise<readonly Member[]>
  /** Members that there are not are passed over; answers those that it has then. */
  create(
    group: ScimGroup,
    members: readonly Member[],
    act: ScimAct,
  ): Promise<Result<{ group: ScimGroup; members: readonly Member[] }, GroupWriteError>>
  /** A removed group by its id, with the members that went with it; refill: who is missing yet. */
  revive(group: ScimGroup, act: ScimAct): Promise<Result<readonly Member[], GroupWriteError>>
  refill(group: ScimGroup, act: ScimAct): Promise<Result<readonly Member[], GroupWriteError>>
  /** Members that are there, gone or unknown already are passed over. */
  change(
    change: GroupChange & { members: MemberChange },
    act: ScimAct,
  ): Promise<Result<ChangedGroup, GroupWriteError>>
  /** The same with all members that it is to have. */
  replace(
    change: GroupChange & { members: readonly Member[] },
    act: ScimAct,
  ): Promise<Result<ChangedGroup, GroupWriteError>>
  /** The group at once, then its memberships. */
  remove(
    group: ScimGroup,
    terms: { isFenced?: boolean; guard?: Room | undefined },
    act: ScimAct,
  ): Promise<GroupWriteError | undefined>
}
