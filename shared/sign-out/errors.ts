import type { SignatureCause, XmlCause } from '../saml/errors.ts'
import type { LogoutMessageCause } from '../saml/logout-message.ts'
import type { RedirectCause } from '../saml/read-redirect.ts'

/** Why a logout is refused. */
export type LogoutCause =
  | XmlCause
  | SignatureCause
  | RedirectCause
  | LogoutMessageCause
  | 'form_malformed'
  | 'idp_unknown'
  | 'idp_inactive'
  | 'organization_mismatch'
  | 'certificate_expired'
  | 'session_unknown'
  /** The message was here before. */
  | 'logout_replayed'
  /** What the message answers: not ours, another provider's, answered already, or too old. */
  | 'logout_unknown'
  | 'logout_of_another_idp'
  | 'logout_answered'
  | 'logout_late'

/** What did not stop a logout but should be known. */
export type LogoutNote =
  | 'sha1_signature'
  | 'certificate_expired'
  /** The provider did not hand our RelayState back as it was. */
  | 'relay_state_changed'
  /** The message named us as we were before (R11). */
  | 'former_identity'
  /** The product asked for a page that is not on the list. */
  | 'landing_not_allowed'
  /** Nobody of that NameID has ever signed in here. */
  | 'principal_unknown'
  /** The session had ended before. */
  | 'session_ended_before'
  /** What the provider says that came of our request (SAML Core 2.0 §3.7.3.2). */
  | 'logout_partial'
  | 'logout_failed'
  /** The provider has no single logout, or is not active any more: it was not told. */
  | 'provider_not_told'

/** Whether the message itself is unreadable (400) or readable and refused (403). */
export const isUnreadable = (cause: LogoutCause) =>
  /^(?:xml|redirect)_/.test(cause) || cause === 'form_malformed' || cause === 'logout_malformed'
