import type { ProviderCause } from '../../idps/errors.ts'
import type { ProblemAnswer } from '../refuse.ts'

type OwnCause = Exclude<ProviderCause, 'changed_meanwhile' | 'key_reused' | 'organization_unknown'>

/** What calls about identity providers may answer, beside the general ones. */
export const providerProblems = {
  provider_unknown: { status: 404, title: 'There is no such identity provider' },
  provider_active: {
    status: 403,
    title: 'A setup link cannot change an identity provider that is active',
  },
  predecessor_unknown: {
    status: 422,
    title: 'There is no removed identity provider with that id and this entity ID',
  },
  source_refused: { status: 422, title: 'The configuration cannot be used' },
  settings_refused: { status: 422, title: 'The settings cannot be used' },
  entity_id_taken: {
    status: 409,
    title: 'Another identity provider with this entity ID uses the same identifiers of ours',
  },
  too_many_providers: {
    status: 409,
    title: 'The organization has as many identity providers as it may have',
  },
  nothing_to_restore: { status: 409, title: 'There is no connection before the present one' },
  nothing_parked: { status: 409, title: 'No change waits for a decision' },
  no_metadata_url: { status: 409, title: 'The configuration does not come from a URL' },
  metadata_refused: { status: 422, title: 'The metadata cannot be used; nothing was changed' },
  certificate_refused: { status: 422, title: 'The certificate cannot be used' },
  certificate_unknown: { status: 404, title: 'There is no such certificate' },
  certificate_known: { status: 409, title: 'The certificate is there already' },
  certificate_last: { status: 409, title: 'The last certificate cannot be removed' },
  certificates_too_many: { status: 409, title: 'There are as many certificates as there may be' },
  certificates_expired: { status: 409, title: 'All certificates have expired' },
  confirmation_wrong: { status: 422, title: 'The confirmation is not the name of the provider' },
  task_unknown: { status: 404, title: 'There is no such task' },
  test_unknown: { status: 404, title: 'There is no such test' },
} as const satisfies Record<OwnCause | 'test_unknown', ProblemAnswer>
