import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '#shared/result.ts'
import { refusal } from '#shared/saml/errors.ts'
import { readAssertion } from '#shared/saml/read-assertion.ts'
import { readResponse } from '#shared/saml/read-response.ts'
import { judgeMutatedEncryption } from '#test/fixtures/saml/differential/mutated-encryption.ts'
import {
  judgeMutatedResponses,
  mutationSeed,
} from '#test/fixtures/saml/differential/mutated-responses.ts'
import type { judgeResponse } from '#test/fixtures/saml/judge-response.ts'

/** Ten times as many: test/interop/differential/mutations.test.ts. */
const RUNS = 20_000

test('verifyResponse reads nobody else out of good responses that were changed', async (t) => {
  const seed = mutationSeed()
  t.diagnostic(`FC_SEED=${seed}`)
  const outcomes = await judgeMutatedResponses(RUNS, seed)
  for (const [kind, { runs, accepted, causes }] of Object.entries(outcomes)) {
    const refused = Object.values(causes).reduce((sum, count) => sum + count, 0)
    assert.equal(accepted + refused, runs, kind)
    assert.ok(accepted > 0, `${kind}: no change left a response good, nothing was tested`)
    assert.ok(refused > accepted, `${kind}: changes that change nothing`)
  }
})

test('decryptResponse opens nothing else in encrypted responses that were changed', async (t) => {
  const seed = mutationSeed()
  t.diagnostic(`FC_SEED=${seed}`)
  const { accepted, causes } = await judgeMutatedEncryption(RUNS / 10, seed)
  assert.ok(accepted > 0 && 'assertion_decryption' in causes, JSON.stringify(causes))
})

/** Reads what arrived, whoever signed it. */
const gullible: typeof judgeResponse = (samlResponse) => {
  const read = readResponse(samlResponse)
  if (!read.ok) return read
  const { assertion } = read.value
  return assertion ? ok(readAssertion(assertion, 0)) : fail(refusal('assertion_missing'))
}

test('the changes find out a verifier that verifies nothing', async () => {
  await assert.rejects(judgeMutatedResponses(1000, 1, gullible), /nobody stated/)
})
