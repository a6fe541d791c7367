import type { FetchCause } from '../net/ports.ts'
import type { Refusal } from '../saml/errors.ts'
import type { ProviderUrlCause } from './provider-url.ts'
import type { MetadataCause } from './read-metadata.ts'
import type { CertificateCause } from './signing-key.ts'

/** Why a source is not taken. */
export type FieldCause =
  | FetchCause
  | MetadataCause
  | ProviderUrlCause
  | CertificateCause
  | 'entity_id_missing'
  | 'entity_id_malformed'
  | 'entity_id_too_long'
  | 'certificates_missing'
  | 'certificates_too_many'

/**
 * What is wrong with one field of a source: `url`, `document`, or one of the parameters, such as
 * `singleSignOn.url` or `certificates[1]`.
 */
export type FieldProblem = Refusal<FieldCause> & { field: string }

/** A refusal, with the field that it is about. */
export const fieldProblem = (field: string, refused: Refusal<FieldCause>): FieldProblem => ({
  field,
  ...refused,
})
