import type { OrgId, UserId } from '../ids.ts'

/** What a provider says of a person. */
export type Profile = {
  email: string
  givenName?: string
  familyName?: string
  displayName?: string
}

type UserState = 'active' | 'suspended'

/** A person of one organization. */
export type User = Profile & { id: UserId; orgId: OrgId; state: UserState }
