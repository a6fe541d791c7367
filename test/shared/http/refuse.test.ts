import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProblemCause } from '#shared/http/problem-table.ts'
import { refuse } from '#shared/http/refuse.ts'

const bodyOf = (answer: { body: string }) => JSON.parse(answer.body) as Record<string, unknown>

describe('refuse', () => {
  const statuses: readonly (readonly [ProblemCause, number])[] = [
    ['provider_unknown', 404],
    ['provider_active', 403],
    ['source_refused', 422],
    ['entity_id_taken', 409],
    ['changed_meanwhile', 412],
    ['confirmation_wrong', 422],
    ['certificate_last', 409],
  ]
  for (const [cause, status] of statuses) {
    test(`answers ${status} to ${cause}`, () => {
      const answer = refuse(cause)
      assert.equal(answer.statusCode, status)
      assert.equal(answer.headers['content-type'], 'application/problem+json')
      const { type, title, ...rest } = bodyOf(answer)
      assert.equal(type, `urn:latchkey:problem:${cause}`)
      assert.ok(typeof title === 'string' && title.length > 0)
      assert.deepEqual(rest, { status })
    })
  }

  test('names the fields that are to blame', () => {
    const problems = [{ field: 'url', cause: 'timeout', want: '5000 ms' }] as const
    const answer = refuse('metadata_refused', { problems })
    assert.deepEqual(bodyOf(answer)['problems'], problems)
  })
})
