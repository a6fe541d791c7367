import type { InvitationId, OrgId, UserId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Invitation } from './invitation.ts'
import type { Act, Home } from './ports.ts'
import type { UserRecord } from './types.ts'

type InvitationPage = { invitations: readonly Invitation[]; next?: string }

export type InvitationStore = {
  findHome(orgId: OrgId): Promise<Home | undefined>
  find(orgId: OrgId, id: InvitationId): Promise<Invitation | undefined>
  findUser(orgId: OrgId, userId: UserId): Promise<UserRecord | undefined>
  list(orgId: OrgId, paging: { after?: string | undefined; limit: number }): Promise<InvitationPage>
  /**
   * Makes the invitation and who is invited by it, and asks for the mail. `exists`: what a call that
   * comes again has made.
   */
  create(
    invitation: Invitation,
    invited: { user: UserRecord; home: Home },
    act: Act,
  ): Promise<'email_in_use' | 'changed_meanwhile' | { exists: Invitation } | undefined>
  /** Asks for the mail once more. */
  send(
    before: Invitation,
    next: Invitation,
    act: Act,
  ): Promise<Result<Invitation, 'changed_meanwhile'>>
  /** The address is free at once where the user has never been more than invited. */
  revoke(
    invitation: Invitation,
    user: UserRecord | undefined,
    act: Act,
  ): Promise<'changed_meanwhile' | undefined>
  /** Makes the user an active one. */
  accept(
    invitation: Invitation,
    user: UserRecord,
    act: Act,
  ): Promise<'changed_meanwhile' | undefined>
}
