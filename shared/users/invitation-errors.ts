/** Why what an admin asks of an invitation is not done. */
export type InvitationCause =
  | 'organization_unknown'
  | 'invitation_unknown'
  | 'invitation_over'
  | 'invitation_role'
  | 'resent_too_soon'
  | 'resent_too_often'
  | 'email_in_use'
  | 'email_outside_domains'
  | 'changed_meanwhile'
  | 'key_reused'
