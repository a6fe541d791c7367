import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProviderRecord } from '#shared/idps/ports.ts'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import { visitProvider } from '#shared/idps/visit-provider.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import { keyNamed } from './connection.ts'
import { plainMetadata } from './provider-metadata.ts'
import {
  neverFetched,
  now,
  onlyChange,
  portsOf,
  recordOf,
  serving,
  source,
  target,
  unreachable,
} from './records.ts'

const DAY = 24 * 3600
const read = readMetadata(Buffer.from(plainMetadata), now)
assert.ok(read.ok)
const { connection } = read.value
const ending = keyNamed('ending', { notAfter: now + 20 * DAY })

async function visit(
  record: ProviderRecord | undefined,
  fetchDocument: FetchDocument,
  errors: readonly ('changed_meanwhile' | 'entity_id_taken')[] = [],
) {
  const { store, ...seen } = portsOf({ found: [record], errors })
  const { orgId, idpId: id, act } = target
  const visited = await visitProvider({ store, fetchDocument }, { id, orgId }, act)
  return { ...seen, visited }
}

describe('visitProvider', () => {
  test('remembers that it was there, where there is nothing else to tell', async () => {
    const file = { source: { kind: 'file' } } as const
    const { visited, written } = await visit(recordOf({}, file), neverFetched)
    assert.equal(visited, 'done')
    const { idp, management, ...rest } = onlyChange({ written })
    assert.deepEqual([idp, rest], [recordOf().idp, {}])
    assert.deepEqual(management, { ...file, visitedAt: now })
  })

  test('reads the metadata again', async () => {
    const { visited, written } = await visit(recordOf(connection), serving(plainMetadata))
    assert.equal(visited, 'done')
    assert.deepEqual(onlyChange({ written }).management, {
      source,
      refreshedAt: now,
      visitedAt: now,
    })
  })

  test('keeps why the metadata cannot be read', async () => {
    const { visited, written } = await visit(recordOf(), unreachable)
    assert.equal(visited, 'refused')
    const { management } = onlyChange({ written })
    assert.deepEqual(management, { source, refreshCause: 'timeout', visitedAt: now })
  })

  test('warns of a certificate that ends, and remembers of which it did', async () => {
    const management = { source: { kind: 'file' }, warnedDays: { ending: 90, other: 7 } } as const
    const record = recordOf({ signingKeys: [ending] }, management)
    const { visited, written } = await visit(record, neverFetched)
    assert.equal(visited, 'done')
    const change = onlyChange({ written })
    assert.deepEqual(change.management.warnedDays, { ending: 30, other: 7 })
    assert.equal(change.management.visitedAt, now)
    const [warning] = change.notice?.what === 'certificate-expiring' ? change.notice.warnings : []
    assert.deepEqual(warning, {
      fingerprint: 'ending',
      notAfter: ending.notAfter,
      daysLeft: 20,
      days: 30,
      isReplaced: false,
    })
  })

  test('tells of both in two writes, and of the visit in the last', async () => {
    const record = recordOf({
      ...connection,
      entityId: 'https://former.example',
      signingKeys: [ending],
    })
    const { visited, written } = await visit(record, serving(plainMetadata))
    assert.equal(visited, 'done')
    const [first, second, third] = written.map(({ change }) => change)
    assert.deepEqual(
      [first?.notice?.what, first?.management.visitedAt],
      ['metadata-parked', undefined],
    )
    assert.deepEqual(
      [second?.notice?.what, second?.management.visitedAt],
      ['certificate-expiring', now],
    )
    assert.deepEqual(second?.management.parked, first?.management.parked)
    assert.equal(third, undefined)
    assert.deepEqual(written[1]?.before.management, first?.management)
  })

  const endings = [
    ['gone', 'is not there any more', undefined, []],
    ['overtaken', 'was changed meanwhile', recordOf(connection), ['changed_meanwhile']],
    ['refused', 'would have a taken entity ID', recordOf(connection), ['entity_id_taken']],
  ] as const
  for (const [visited, name, record, errors] of endings) {
    test(`ends ${visited} where the provider ${name}`, async () => {
      const ended = await visit(record, serving(plainMetadata), errors)
      assert.deepEqual([ended.visited, ended.written], [visited, []])
    })
  }
})
