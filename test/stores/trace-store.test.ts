import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoTraces } from '#shared/aws/trace-store.ts'
import { newIdpId, newOrgId, newTraceId } from '#shared/ids.ts'
import type { Trace } from '#shared/sign-in/ports.ts'
import { tracesOf } from '#test/flows/directory.ts'
import { now, nowMs } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const refused = (changes: Partial<Trace> = {}): Trace => ({
  id: newTraceId(nowMs),
  at: now,
  outcome: 'refused',
  cause: 'audience',
  ...changes,
})

describe('record', () => {
  test('keeps a trace for thirty days, with the organization that it is of', async () => {
    const orgId = newOrgId()
    const trace = refused({ orgId, idpId: newIdpId(), got: 'a', want: 'b' })
    await dynamoTraces(db.directory).record(trace)
    const { id, ...fields } = trace
    const pk = `trace#${orgId}#unvouched`
    assert.deepEqual(await db.read(db.directory, { pk, sk: id }), {
      pk,
      sk: id,
      traceId: id,
      ...fields,
      expiresAt: now + 30 * 24 * 3600,
    })
  })

  test('files what is nobody’s by the last digit of its id, so that no partition gets hot', async () => {
    const trace = refused({ cause: 'idp_unknown' })
    await dynamoTraces(db.directory).record(trace)
    const pk = `trace#unattributed#${trace.id.slice(-1)}`
    const stored = await db.read(db.directory, { pk, sk: trace.id })
    assert.equal(stored?.['cause'], 'idp_unknown')
  })

  const vouched = [
    ['a success', { outcome: 'succeeded' }],
    ['a refusal that a certificate vouches for', { keyFingerprint: 'ab' }],
  ] as const
  for (const [name, changes] of vouched) {
    test(`files ${name} apart from what anybody can have us write`, async () => {
      const trace = refused({ orgId: newOrgId(), ...changes })
      await dynamoTraces(db.directory).record(trace)
      assert.ok(await db.read(db.directory, { pk: `trace#${trace.orgId}`, sk: trace.id }))
    })
  }

  test('lists the traces of an organization in order of time', async () => {
    const orgId = newOrgId()
    const times = [5, 1, 3].map((seconds) => nowMs + seconds * 1000)
    for (const time of times) {
      const keyFingerprint = 'ab'
      const trace = refused({ orgId, id: newTraceId(time), got: String(time), keyFingerprint })
      await dynamoTraces(db.directory).record(trace)
    }
    const listed = (await tracesOf(orgId)) as { got?: string }[]
    assert.deepEqual(
      listed.map(({ got }) => Number(got)),
      times.toSorted((a, b) => a - b),
    )
  })

  test('carries no event: nobody outside hears of a refusal', async () => {
    const trace = refused({ orgId: newOrgId(), keyFingerprint: 'ab' })
    await dynamoTraces(db.directory).record(trace)
    const stored = await db.read(db.directory, { pk: `trace#${trace.orgId}`, sk: trace.id })
    assert.ok(stored && !('evt' in stored))
  })
})
