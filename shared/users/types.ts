import type { DirectoryId, IdpId, InvitationId, OrgId, UserId } from '../ids.ts'

/** What a provider says of a person. */
export type Profile = {
  email: string
  givenName?: string
  familyName?: string
  displayName?: string
}

/**
 * `invited` have an address here and have not come yet; `deleted` are remembered for a while, so
 * that they can be restored.
 */
export const userStates = ['invited', 'active', 'suspended', 'deleted'] as const
export type UserState = (typeof userStates)[number]

/** What a person may do in the administration of their organization (R6); `member`: nothing. */
export const userRoles = ['admin', 'reader', 'member'] as const
export type UserRole = (typeof userRoles)[number]

/** How somebody came to be a user (R21). */
export const waysToJoin = ['automatic', 'invitation', 'admin', 'scim'] as const
type JoinedBy = (typeof waysToJoin)[number]

/** A person of one organization. */
export type User = Profile & {
  id: UserId
  orgId: OrgId
  state: UserState
  role: UserRole
  joinedBy: JoinedBy
  /** What portals may name them by, unique in the organization; no provider or directory says it. */
  userName?: string
  /** Epoch milliseconds: sessions that began before are over. */
  sessionsFrom?: number
  /** Of a suspended one: the directory that keeps them out, and may let them in; absent: no other. */
  suspendedBy?: DirectoryId
  /** Of an invited user: what they were invited by. */
  invitationId?: InvitationId
  /** SCIM directories that provision them: names and address are what those say (ADR 0021). */
  directories?: readonly DirectoryId[]
  /** Of a deleted one. */
  deletion?: Deletion
}

/** What an admin says of a user. */
export type Details = Profile & Pick<User, 'userName'>

/** How a deleted user is remembered. Times are epoch seconds. */
export type Deletion = {
  at: number
  /** Until then they are remembered. */
  until: number
  /** What they were; absent: they cannot be restored. */
  from?: 'active' | 'suspended'
  /** Whom their subjects belong to now. */
  mergedInto?: UserId
}

/** A user as stored. */
export type UserRecord = {
  user: User
  /** Epoch seconds. */
  createdAt: number
  /** Counts changes. */
  revision: number
  /** How many subjects lead to them. */
  subjectCount: number
  /** Of the call that made them, where it may come again. */
  callHash?: string
}

/** What a SCIM user and a user of ours were found to be one person by. */
export const waysToMeet = ['externalId', 'userName', 'email'] as const
export type MetBy = (typeof waysToMeet)[number]

/** How a user came to be one whom a directory provisions. */
export const waysToLink = ['created', 'merge', ...waysToMeet] as const

/** That a SCIM directory provisions a user. */
export type DirectoryLink = {
  directoryId: DirectoryId
  /** Its SCIM user. */
  scimUserId: UserId
  /**
   * `created`: the user came to exist by it; `merge`: it was that of another, who is this one now.
   * Else the user was there, or came by a sign-in.
   */
  how: (typeof waysToLink)[number]
  /** Epoch seconds. */
  linkedAt: number
  /** Who did it, as events name them. */
  linkedBy: string
}

/** How a user is known to a provider (R13). */
export type UserSubject = {
  /** What it is stored by: a hash of provider and NameID. */
  key: string
  idpId: IdpId
  /** The NameID, or the value of the attribute that stands for it. */
  nameId: string
  isAttribute: boolean
  /** Set where a SCIM directory led to the user. */
  metBy?: MetBy
  /** Epoch seconds. */
  linkedAt: number
  /** Who did it, as events name them. */
  linkedBy: string
}

/**
 * Most subjects of one user: with them, all rows and 20 accesses, a deletion fits into one transaction
 * of 100 writes, and so does a merge, but of an administrator who has all that and a user name.
 */
export const MAX_SUBJECTS = 10
