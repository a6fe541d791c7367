/** What is wrong with the XML itself, before any of it means anything (SAML Core 2.0 §4.1). */
export type XmlCause =
  | 'xml_not_base64'
  | 'xml_too_large'
  | 'xml_not_utf8'
  | 'xml_not_well_formed'
  | 'xml_forbidden_construct'
  | 'xml_character'
  | 'xml_namespace'
  | 'xml_duplicate_attribute'
  | 'xml_limit'

/** Why a signature does not cover what it should (XML Signature, SAML Core 2.0 §5). */
export type SignatureCause =
  | 'signature_missing'
  | 'signature_misplaced'
  | 'signature_malformed'
  | 'signature_algorithm'
  | 'signature_reference'
  | 'signature_transform'
  | 'signature_digest'
  | 'signature_invalid'

/** Why what is encrypted cannot be read (SAML Core 2.0 §6, XML Encryption 1.1). */
export type EncryptionCause =
  | 'encryption_malformed'
  | 'encryption_algorithm'
  | 'key_transport_algorithm'
  /** Whatever went wrong once a key was at work: nobody is told more. */
  | 'assertion_decryption'
  | 'subject_encrypted'
  | 'attribute_encrypted'

/** Why a Response or its Assertion is refused (SAML Profiles 2.0 §4.1.4.3). */
export type ProfileCause =
  | 'response_malformed'
  | 'response_version'
  | 'response_duplicate_id'
  | 'response_destination'
  | 'response_issuer'
  | 'response_status'
  | 'assertion_missing'
  | 'assertion_misplaced'
  | 'assertion_malformed'
  | 'assertion_issuer'
  | 'assertion_time_malformed'
  | 'assertion_not_yet_valid'
  | 'assertion_expired'
  | 'assertion_from_the_future'
  | 'audience'
  | 'conditions_missing'
  | 'conditions_unknown'
  | 'subject_missing'
  | 'subject_confirmation'
  | 'subject_confirmation_recipient'
  | 'subject_confirmation_expired'
  | 'in_response_to'
  | 'authn_statement_missing'
  | 'session_expired'

export type SamlCause = XmlCause | SignatureCause | EncryptionCause | ProfileCause

/** A refusal: the typed cause, and what an admin needs to mend it. Never an e-mail address. */
export type Refusal<Cause extends string = SamlCause> = {
  cause: Cause
  got?: string
  want?: string
}

const SHOWN_LENGTH = 200

/** A refusal; what came from outside is cut to a length that a trace can hold. */
export function refusal<const Cause extends string>(
  cause: Cause,
  { got, want }: { got?: string | undefined; want?: string | undefined } = {},
): Refusal<Cause> {
  return {
    cause,
    ...(got !== undefined && { got: got.slice(0, SHOWN_LENGTH) }),
    ...(want !== undefined && { want: want.slice(0, SHOWN_LENGTH) }),
  }
}
