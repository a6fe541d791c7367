import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { DueProvider, ScheduleStore } from '#shared/idps/ports.ts'
import { visitProviders } from '#shared/idps/visit-providers.ts'
import { fail, ok } from '#shared/result.ts'
import { neverFetched, now, recordOf } from './records.ts'

const due = (count: number): readonly DueProvider[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `idp_${index}`,
    orgId: 'org_1',
    dueAt: now - 60 + index,
  }))

type Outcome = 'changed_meanwhile' | 'entity_id_taken' | 'broken'

/** Visits twelve providers; what is not said of one goes well. */
async function run(t: TestContext, outcomes: Readonly<Record<string, Outcome>>, visits = 100) {
  const logs = (['warn', 'error'] as const).map((level) =>
    t.mock.method(console, level, () => undefined),
  )
  const looked: string[] = []
  const written: string[] = []
  let open = 0
  let mostAtOnce = 0
  const store: ScheduleStore = {
    listDue: (at) => Promise.resolve(at === now ? due(12) : []),
    async find(_, id) {
      looked.push(id)
      open++
      mostAtOnce = Math.max(mostAtOnce, open)
      await Promise.resolve()
      open--
      if (outcomes[id] === 'broken') throw new Error('away')
      return recordOf({ id }, { source: { kind: 'file' } })
    },
    change({ idp, ...before }, { management }, { actor, at }) {
      const outcome = outcomes[idp.id]
      if (outcome && outcome !== 'broken') return Promise.resolve(fail(outcome))
      written.push(`${idp.id} ${actor} ${at}`)
      return Promise.resolve(ok({ ...before, idp, management }))
    },
  }
  let begun = 0
  const counted = await visitProviders(
    { store, fetchDocument: neverFetched },
    { now: () => now, hasTime: () => begun++ < visits },
  ).catch((error: unknown) => error)
  const codes = logs.flatMap(({ mock }) =>
    mock.calls.map(({ arguments: [line] }) => (line as { code: string }).code),
  )
  return { counted, looked, written, codes, mostAtOnce }
}

describe('visitProviders', () => {
  test('visits all that are due, in their order and five at once', async (t) => {
    const { counted, looked, written, codes, mostAtOnce } = await run(t, {})
    assert.deepEqual(counted, { due: 12, visited: 12, refused: 0 })
    assert.deepEqual(
      looked,
      due(12).map(({ id }) => id),
    )
    assert.ok(written.includes(`idp_11 schedule:metadata-refresh ${now}`))
    assert.deepEqual([codes, mostAtOnce], [[], 5])
  })

  test('begins no visit when there is no time left', async (t) => {
    const { counted, looked } = await run(t, {}, 7)
    assert.deepEqual(counted, { due: 12, visited: 7, refused: 0 })
    assert.equal(looked.length, 7)
  })

  test('lets no visit that breaks off stop another, and fails at the end', async (t) => {
    const { counted, written, codes } = await run(t, { idp_0: 'broken', idp_6: 'broken' })
    assert.ok(counted instanceof Error)
    assert.equal(counted.message, '2 of 12 visits broke off')
    assert.equal(written.length, 10)
    assert.deepEqual(codes, ['provider_visit_failed', 'provider_visit_failed'])
  })

  test('tells of a visit that came to nothing', async (t) => {
    const { counted, codes } = await run(t, {
      idp_3: 'changed_meanwhile',
      idp_4: 'entity_id_taken',
    })
    assert.deepEqual(counted, { due: 12, visited: 12, refused: 1 })
    assert.deepEqual(codes, ['provider_not_refreshed', 'provider_not_refreshed'])
  })
})
