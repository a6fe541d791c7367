import type { FieldProblem } from './field-problem.ts'

/** Why what an admin asks of a provider is not done. */
export type ProviderCause =
  | 'organization_unknown'
  | 'provider_unknown'
  | 'provider_active'
  | 'predecessor_unknown'
  | 'source_refused'
  | 'settings_refused'
  | 'entity_id_taken'
  | 'too_many_providers'
  | 'changed_meanwhile'
  | 'key_reused'
  | 'nothing_to_restore'
  | 'nothing_parked'
  | 'no_metadata_url'
  | 'metadata_refused'
  | 'certificate_refused'
  | 'certificate_unknown'
  | 'certificate_known'
  | 'certificate_last'
  | 'certificates_too_many'
  | 'certificates_expired'
  | 'confirmation_wrong'
  | 'task_unknown'

/** What is wrong with one of a provider's settings. */
export type SettingProblem = {
  /** For example `clockSkewSeconds` or `attributeNames.email[0]`. */
  field: string
  cause: 'malformed' | 'unknown_property' | 'missing' | 'product_unknown' | 'domain_unknown'
  got?: string
  want?: string
}

export type Problem = FieldProblem | SettingProblem

/** A cause, and where fields of the request are to blame, each of them. */
export type ProviderRefusal = { cause: ProviderCause; problems?: readonly Problem[] }

/** A refusal as a failed Result. */
export const refused = (
  cause: ProviderCause,
  problems?: readonly Problem[],
): { ok: false; error: ProviderRefusal } => ({
  ok: false,
  error: { cause, ...(problems && { problems }) },
})
