import type { OrgId, UserId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { DirectoryLink, User, UserRecord, UserState, UserSubject } from './types.ts'

/** Who changes something, and when (epoch seconds). */
export type Act = { actor: string; at: number }

/** The same, also to the millisecond: when sessions are over, and who waits for a seat first. */
export type ExactAct = Act & { nowMs: number }

/** What of an organization decides who can be its user. */
export type Home = {
  orgId: OrgId
  /** Those it has proved. */
  domains: readonly string[]
  joinPolicy: 'automatic' | 'invitation'
  revision: number
}

/** What happened to a user, as its event says it. */
export type UserEvent =
  | 'updated'
  | 'suspended'
  | 'reactivated'
  | 'deleted'
  | 'restored'
  | 'role-changed'
  | 'sessions-ended'

/** What a user becomes. */
export type UserChange = {
  user: User
  event: UserEvent
  /** Where the change relies on the organization's domains: they must be what they were. */
  home?: Home
}

export type ChangeError = 'changed_meanwhile' | 'email_in_use' | 'user_name_in_use' | 'last_admin'

/** `exists`: the id of a call that may come again, and what it made then. */
type CreationError =
  | 'email_in_use'
  | 'user_name_in_use'
  | 'changed_meanwhile'
  | { exists: UserRecord }

/** Users of a list, in its order. */
export type UserPage = { users: readonly User[]; next?: string }

/** What is listed: by the beginning of an address or of a name, folded. */
export type UserQuery = {
  by: 'email' | 'name'
  prefix: string
  state?: UserState | undefined
  after?: string | undefined
  limit: number
}

export type UserStore = {
  findHome(orgId: OrgId): Promise<Home | undefined>
  /** Also one who was deleted, as long as they are remembered. */
  find(orgId: OrgId, userId: UserId): Promise<UserRecord | undefined>
  findSubjects(orgId: OrgId, userId: UserId): Promise<readonly UserSubject[]>
  /** Who has this user name, in any letter case; nobody who was deleted. */
  findByUserName(orgId: OrgId, userName: string): Promise<User | undefined>
  /** Pages are bounded: with a state that few have, one may be short or empty and not the last. */
  list(orgId: OrgId, query: UserQuery): Promise<UserPage>
  listDeleted(orgId: OrgId, paging: Pick<UserQuery, 'after' | 'limit'>): Promise<UserPage>
  create(record: UserRecord, home: Home, act: Act): Promise<CreationError | undefined>
  /** Answers the record as it is then. */
  change(before: UserRecord, change: UserChange, act: Act): Promise<Result<UserRecord, ChangeError>>
  /** Ends what they may use, too, and the seats are free. */
  remove(
    before: UserRecord,
    change: UserChange,
    act: ExactAct,
  ): Promise<Result<UserRecord, ChangeError>>
  /** Brings them back with the subjects that still lead to them. */
  restore(
    before: UserRecord,
    change: UserChange,
    act: ExactAct,
  ): Promise<Result<UserRecord, ChangeError>>
  link(before: UserRecord, subject: UserSubject, act: Act): Promise<Result<UserRecord, LinkError>>
  unlink(
    before: UserRecord,
    subject: UserSubject,
    act: Act,
  ): Promise<Result<UserRecord, 'changed_meanwhile'>>
  /** Directories that provision the user. */
  findDirectories(orgId: OrgId, userId: UserId): Promise<readonly DirectoryLink[]>
  /** The SCIM user of that directory is nobody's from then on. */
  part(
    before: UserRecord,
    link: DirectoryLink,
    act: Act,
  ): Promise<Result<UserRecord, 'changed_meanwhile'>>
  /**
   * SCIM users of the one who is no more are the other's; their user name is nobody's.
   * `too_many_subjects`: more than one transaction takes goes along.
   */
  merge(into: UserRecord, from: UserRecord, act: ExactAct): Promise<Result<UserRecord, MergeError>>
}

export type LinkError = 'changed_meanwhile' | 'subject_taken' | 'provider_unknown'
export type MergeError = 'changed_meanwhile' | 'last_admin' | 'too_many_subjects'
