import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  changeProvider,
  type Decide,
  revisionOf,
  type Target,
} from '#shared/idps/change-provider.ts'
import { refused } from '#shared/idps/errors.ts'
import { ok } from '#shared/result.ts'
import { onlyChange, portsOf, recordOf, source, target } from './records.ts'

const rename: Decide = ({ idp, management }) =>
  ok({ idp: { ...idp, name: `${idp.name}!` }, management, event: 'updated' })

type Answers = Parameters<typeof portsOf>[0]

async function change(answers: Answers, changed: Partial<Target> = {}, decide = rename) {
  const { store, ...seen } = portsOf(answers)
  let decisions = 0
  const result = await changeProvider(store, { ...target, ...changed }, (record) => {
    decisions++
    return decide(record)
  })
  return { ...seen, result, decisions }
}

const record = recordOf()
const newer = { ...recordOf({ name: 'Newer' }), revisions: { idp: 2, management: 1 } }

describe('changeProvider', () => {
  test('writes what was decided over what was read, and answers what it is then', async () => {
    const { result, written, looks } = await change({ found: [record] })
    assert.ok(result.ok)
    assert.equal(result.value.idp.name, 'Example!')
    assert.equal(onlyChange({ written }).event, 'updated')
    assert.equal(written[0]?.before, record)
    assert.deepEqual(looks, [`${target.orgId} ${target.idpId}`])
  })

  test('writes nothing where it is so already', async () => {
    const { result, written } = await change({ found: [record] }, {}, () => ok(undefined))
    assert.deepEqual(result, { ok: true, value: record })
    assert.deepEqual(written, [])
  })

  const inactive = recordOf({ state: 'inactive' })
  const allowed: readonly (readonly [string, Answers, Partial<Target>])[] = [
    ['a state that the caller has seen', {}, { seen: ['0.0', revisionOf(record)] }],
    [
      'an inactive provider for a caller that leaves active ones',
      { found: [inactive] },
      { leavesActive: true },
    ],
  ]
  for (const [name, answers, changed] of allowed) {
    test(`changes ${name}`, async () => {
      const { result, written } = await change(answers, changed)
      assert.deepEqual([result.ok, written.length], [true, 1])
    })
  }

  const seen = [revisionOf(record)]
  const otherManagement = { ...record, revisions: { idp: 1, management: 2 } }
  const formerlyActive = recordOf({ state: 'inactive' }, { source, activatedAt: 5 })
  const refusals: readonly (readonly [string, string, Answers, Partial<Target>, number])[] = [
    ['a provider that is not there', 'provider_unknown', { found: [undefined] }, {}, 0],
    [
      'another state than the caller has seen',
      'changed_meanwhile',
      { found: [newer] },
      { seen },
      0,
    ],
    ['another state of the rest', 'changed_meanwhile', { found: [otherManagement] }, { seen }, 0],
    ['a caller that allows no state', 'changed_meanwhile', {}, { seen: [] }, 0],
    ['an active provider', 'provider_active', {}, { leavesActive: true }, 0],
    [
      'one that was active',
      'provider_active',
      { found: [formerlyActive] },
      { leavesActive: true },
      0,
    ],
    ['a taken entity ID', 'entity_id_taken', { errors: ['entity_id_taken'] }, {}, 1],
    [
      'a caller that was overtaken after it had looked',
      'changed_meanwhile',
      { errors: ['changed_meanwhile'] },
      { seen },
      1,
    ],
  ]
  for (const [name, cause, answers, changed, attempts] of refusals) {
    test(`refuses ${name}`, async () => {
      const { result, written, decisions } = await change(answers, changed)
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.deepEqual([written.length, decisions], [0, attempts])
    })
  }

  test('decides anew by what it is then, where somebody else was faster', async () => {
    const found = [record, newer]
    const { result, written } = await change({ found, errors: ['changed_meanwhile'] })
    assert.equal(result.ok && result.value.idp.name, 'Newer!')
    assert.equal(written[0]?.before, newer)
  })

  test('gives up when it was overtaken four times', async () => {
    const overtaken = (times: number) => Array<'changed_meanwhile'>(times).fill('changed_meanwhile')
    const third = await change({ errors: overtaken(3) })
    assert.deepEqual([third.result.ok, third.decisions], [true, 4])
    const fourth = await change({ errors: overtaken(4) })
    assert.deepEqual(fourth.result, { ok: false, error: { cause: 'changed_meanwhile' } })
    assert.deepEqual([fourth.decisions, fourth.written.length], [4, 0])
  })

  test('takes a refusal of the decision for the last word', async () => {
    for (const cause of ['nothing_parked', 'changed_meanwhile'] as const) {
      const { result, decisions } = await change({}, {}, () => refused(cause))
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.equal(decisions, 1)
    }
  })
})
