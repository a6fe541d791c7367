import type { SamlCause } from '../saml/errors.ts'

/** Why a sign-in is refused by what we know, beside what is wrong with the response itself. */
export type SignInCause =
  | SamlCause
  | 'form_malformed'
  | 'idp_unknown'
  | 'idp_inactive'
  | 'organization_mismatch'
  | 'product_unknown'
  | 'test_unknown'
  | 'request_unknown'
  | 'request_expired'
  | 'request_used'
  | 'request_of_another_idp'
  | 'in_response_to_missing'
  | 'assertion_replayed'
  | 'assertion_not_encrypted'
  | 'certificate_expired'
  | 'authn_too_old'
  | 'authn_context'
  | 'name_id_transient'
  | 'subject_attribute_missing'
  | 'email_missing'
  | 'email_malformed'
  | 'email_domain_not_verified'
  | 'email_in_use'
  | 'user_suspended'
  | 'no_product_access'
  | 'user_deleted'
  | 'not_invited'

/** Whether the message itself is unreadable (400) or readable and refused (403). */
export const isUnreadable = (cause: string) =>
  cause.startsWith('xml_') || cause === 'form_malformed' || cause === 'response_malformed'
