import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newTraceId } from '#shared/ids.ts'
import type { ArrivalCause, IssueCause, PortalRedeemCause } from '#shared/portals/errors.ts'
import { portalRefusalTrace } from '#shared/portals/refusal-trace.ts'
import { explain } from '#shared/trace/explain.ts'
import type { PortalTraceKind } from '#shared/trace/stage.ts'
import { login, nowMs } from './example.ts'

/** Every cause, and the stages that were passed before it: a cause that is missing does not compile. */
const issue = {
  sso_token_malformed: [],
  sso_token_unknown: ['message'],
  sso_token_wrong: ['message'],
  sso_token_removed: ['message'],
  sso_token_expired: ['message'],
  identifier_not_enabled: ['message'],
  organization_closed: ['message'],
  product_missing: ['message', 'portal'],
  host_not_listed: ['message', 'portal'],
  target_not_allowed: ['message', 'portal'],
  user_unknown: ['message', 'portal', 'landing'],
  user_missing: ['message', 'portal', 'landing'],
  user_invited: ['message', 'portal', 'landing'],
  user_suspended: ['message', 'portal', 'landing'],
  no_product_access: ['message', 'portal', 'landing'],
} as const satisfies Record<IssueCause, readonly string[]>

const arrival = {
  token_malformed: [],
  target_unsafe: [],
  token_unknown: ['message'],
  token_expired: ['message'],
  token_used: ['message'],
  sso_token_unknown: ['message', 'token'],
  sso_token_removed: ['message', 'token'],
  sso_token_expired: ['message', 'token'],
  organization_closed: ['message', 'token'],
  user_missing: ['message', 'token', 'portal'],
  user_invited: ['message', 'token', 'portal'],
  user_suspended: ['message', 'token', 'portal'],
  no_product_access: ['message', 'token', 'portal'],
  session_ended: ['message', 'token', 'portal'],
  person_mismatch: ['message', 'token', 'portal'],
  host_not_listed: ['message', 'token', 'portal', 'person'],
  product_missing: ['message', 'token', 'portal', 'person'],
  target_mismatch: ['message', 'token', 'portal', 'person'],
  target_not_allowed: ['message', 'token', 'portal', 'person'],
} as const satisfies Record<ArrivalCause, readonly string[]>

const redeem = {
  token_of_another_product: ['message'],
  token_expired: ['message'],
  token_used: ['message'],
  host_missing: ['message', 'token'],
  host_mismatch: ['message', 'token'],
  host_not_listed: ['message', 'token'],
  sso_token_unknown: ['message', 'token', 'landing'],
  sso_token_removed: ['message', 'token', 'landing'],
  sso_token_expired: ['message', 'token', 'landing'],
  organization_closed: ['message', 'token', 'landing'],
  user_missing: ['message', 'token', 'landing', 'portal'],
  user_invited: ['message', 'token', 'landing', 'portal'],
  user_suspended: ['message', 'token', 'landing', 'portal'],
  no_product_access: ['message', 'token', 'landing', 'portal'],
  session_ended: ['message', 'token', 'landing', 'portal'],
} as const satisfies Record<PortalRedeemCause, readonly string[]>

const kinds = { 'portal-issue': issue, 'portal-arrival': arrival, 'portal-redeem': redeem } as const

describe('portalRefusalTrace', () => {
  for (const [kind, causes] of Object.entries(kinds)) {
    for (const [name, passed] of Object.entries(causes)) {
      test(`says how far a ${kind} came that was refused for ${name}, and what mends it`, () => {
        const refused = { kind: kind as PortalTraceKind, cause: name as IssueCause }
        const { orgId, ssoTokenId } = login
        const at = { traceId: newTraceId(nowMs), nowMs }
        const trace = portalRefusalTrace(
          { ...refused, orgId, ssoTokenId, receiptId: login.receiptId },
          at,
        )
        assert.equal('receiptId' in trace, false)
        const { stages, hint, ssoToken, organization } = explain(trace)
        const reached = stages
          .filter(({ outcome }) => outcome === 'passed')
          .map(({ stage }) => stage)
        assert.deepEqual(reached, passed)
        assert.equal(stages.filter(({ outcome }) => outcome === 'failed').length, 1)
        assert.ok(hint)
        assert.deepEqual([ssoToken, organization], [ssoTokenId, orgId])
      })
    }
  }
})
