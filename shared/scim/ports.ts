import type { DirectoryId, GroupId, UserId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { UserRecord } from '../users/types.ts'
import type {
  Document,
  IndexKey,
  Member,
  MemberId,
  ScimAct,
  ScimCaller,
  ScimGroup,
  ScimUser,
} from './types.ts'

/** A place in a list: the row after which it goes on. */
export type Place = string

/** Some ids of a list in the order in which they came. */
export type Rows<Id> = { ids: readonly Id[]; next?: Place }

type Lists<Id, Resource> = {
  /** How many there are. */
  count(directory: DirectoryId): Promise<number>
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
export type FoundUser = { user: ScimUser; person: UserRecord | undefined; guard: GuardCounts }

/**
 * From one state of a SCIM user to the next, all of it or nothing.
 */
export type UserChange = {
  before: ScimUser
  next: ScimUser
  person: PersonChange | undefined
  /** Where people are kept out by it: how many may be, in the running bucket. */
  guard?: { bucket: string; room: number }
}

/** What becomes of the Latchkey user. */
export type PersonChange =
  | { kind: 'create'; record: UserRecord }
  | {
      kind: 'change'
      before: UserRecord
      next: UserRecord
      event: 'updated' | 'suspended' | 'reactivated' | 'directory-linked'
    }

/**
 * `changed_meanwhile`: read it again. `email_of`: the address is that user's. `guarded`: there is no
 * room any more.
 */
export type UserWriteError =
  | 'name_taken'
  | 'changed_meanwhile'
  | 'last_admin'
  | 'guarded'
  | { emailOf: UserId | undefined }

export type ScimUserStore = Lists<UserId, ScimUser> & {
  find(directory: DirectoryId, id: UserId): Promise<FoundUser | undefined>
  /** A Latchkey user of the organization. */
  findPerson(caller: ScimCaller, id: UserId): Promise<UserRecord | undefined>
  create(
    user: ScimUser,
    person: PersonChange | undefined,
    act: ScimAct,
  ): Promise<UserWriteError | undefined>
  change(change: UserChange, act: ScimAct): Promise<UserWriteError | undefined>
  /** The Latchkey user first, then the SCIM user with its memberships; may be called again. */
  remove(
    found: FoundUser,
    guard: UserChange['guard'],
    act: ScimAct,
  ): Promise<UserWriteError | undefined>
  /** Groups that users are direct members of. */
  groupsOf(
    directory: DirectoryId,
    ids: readonly UserId[],
  ): Promise<ReadonlyMap<UserId, readonly GroupId[]>>
}

/** Members of a request, folded: what is added and what goes. */
export type MemberChange = { add: readonly Member[]; remove: readonly MemberId[] }

export type GroupWriteError = 'name_taken' | 'changed_meanwhile' | 'guarded' | 'group_unknown'

export type FoundGroup = { group: ScimGroup; guard: GuardCounts }

export type ScimGroupStore = Lists<GroupId, ScimGroup> & {
  find(directory: DirectoryId, id: GroupId): Promise<FoundGroup | undefined>
  /** All members, or the first so many. */
  members(directory: DirectoryId, id: GroupId, limit?: number): Promise<readonly Member[]>
  /** Of these, those that are members. */
  membersAmong(
    directory: DirectoryId,
    id: GroupId,
    members: readonly MemberId[],
  ): Promise<readonly Member[]>
  /** Of these, the resources that there are. */
  known(directory: DirectoryId, members: readonly MemberId[]): Promise<readonly Member[]>
  create(
    group: ScimGroup,
    members: readonly Member[],
    act: ScimAct,
  ): Promise<GroupWriteError | undefined>
  /** Document and members; members that are there, gone or unknown already are passed over. */
  change(
    change: {
      before: ScimGroup
      document: Document
      members: MemberChange
      guard?: UserChange['guard']
    },
    act: ScimAct,
  ): Promise<Result<ScimGroup, GroupWriteError>>
  remove(found: FoundGroup, act: ScimAct): Promise<GroupWriteError | undefined>
}
