import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectionOf } from '#shared/idps/connections.ts'
import type { Management } from '#shared/idps/management.ts'
import type { MetadataDocument } from '#shared/idps/metadata-document.ts'
import { readAgain, refreshed, refreshProvider } from '#shared/idps/refresh-provider.ts'
import type { Connection } from '#shared/idps/types.ts'
import { provider as idp } from '#test/shared/sign-in/example.ts'
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

const other: Connection = { ...connectionOf(idp), entityId: 'https://other.example/' }
const documentOf = (connection: Connection): MetadataDocument => ({
  connection,
  singleSignOnServices: [connection.singleSignOn],
  singleLogoutServices: [],
  nameIdFormats: [],
  warnings: [],
})
const same = documentOf(connectionOf(idp))
const found = (document: MetadataDocument) => ({ ok: true, value: document }) as const

describe('readAgain', () => {
  test('reads a metadata URL, and nothing else', async () => {
    const read = await readAgain(recordOf(), serving(plainMetadata), now)
    assert.equal(read?.ok && read.value.connection.entityId, 'https://idp.example')
    for (const kind of ['file', 'parameters'] as const) {
      const record = recordOf({}, { source: { kind } })
      assert.equal(await readAgain(record, neverFetched, now), undefined)
    }
  })
})

describe('refreshed', () => {
  test('says when metadata was read, and forgets a failure and what was parked', () => {
    const parked = { connection: other, foundAt: now }
    const before = recordOf({}, { source, refreshCause: 'timeout', parked })
    const change = refreshed(before, found(same), now)
    assert.deepEqual(change, { idp, management: { source, refreshedAt: now } })
  })

  const failures = [
    [
      'metadata that cannot be read',
      { ok: false, error: [{ field: 'url', cause: 'timeout' }] },
      'timeout',
    ],
    ['metadata that nobody says anything of', { ok: false, error: [] }, 'unreadable'],
    ['metadata that has expired', found({ ...same, validUntil: now }), 'metadata_expired'],
  ] as const
  for (const [name, read, refreshCause] of failures) {
    test(`keeps the cause of ${name}, and changes nothing else`, () => {
      const parked = { connection: other, foundAt: 5 }
      const management: Management = { source, refreshedAt: 5, parked }
      const before = recordOf({}, management)
      assert.deepEqual(refreshed(before, read, now), {
        idp: before.idp,
        management: { ...management, refreshCause },
      })
    })
  }

  test('applies a certificate that was added', () => {
    const [first] = idp.signingKeys
    assert.ok(first)
    const record = recordOf({ signingKeys: [first] })
    const { idp: next, event, management } = refreshed(record, found(same), now)
    assert.equal(event, 'updated')
    assert.deepEqual(next.signingKeys, idp.signingKeys)
    assert.deepEqual(management.previous?.signingKeys, [first])
    assert.equal(management.refreshedAt, now)
  })

  test('parks another entity ID, tells of it once, and keeps when it was found', () => {
    const read = found(documentOf(other))
    const change = refreshed(recordOf(), read, now)
    assert.equal(change.event, undefined)
    assert.deepEqual(change.notice, {
      what: 'metadata-parked',
      differences: [{ what: 'entityId', before: idp.entityId, after: other.entityId }],
    })
    assert.deepEqual(change.management.parked, { connection: other, foundAt: now })
    assert.deepEqual(change.idp, idp)
    const again = refreshed({ ...recordOf(), ...change }, read, now + 1)
    assert.equal(again.notice, undefined)
    assert.deepEqual(again.management.parked, { connection: other, foundAt: now })
    assert.equal(again.management.refreshedAt, now + 1)
  })
})

const elsewhere = recordOf({}, { source: { kind: 'url', url: 'https://idp.example/other' } })
const byFile = recordOf({}, { source: { kind: 'file' } })

describe('refreshProvider', () => {
  test('reads the metadata once, and writes what came of it', async () => {
    const { store, written } = portsOf({ errors: ['changed_meanwhile'] })
    let fetched = 0
    const fetchDocument: typeof unreachable = (...given) => {
      fetched++
      return serving(plainMetadata)(...given)
    }
    const result = await refreshProvider({ store, fetchDocument }, target)
    assert.ok(result.ok)
    assert.equal(fetched, 1)
    assert.equal(onlyChange({ written }).management.refreshedAt, now)
    assert.equal(onlyChange({ written }).notice?.what, 'metadata-parked')
  })

  test('tells what is wrong with the metadata, and keeps the cause', async () => {
    const { store, written } = portsOf()
    const result = await refreshProvider({ store, fetchDocument: unreachable }, target)
    const problems = [{ field: 'url', cause: 'timeout' }]
    assert.deepEqual(result, { ok: false, error: { cause: 'metadata_refused', problems } })
    assert.equal(onlyChange({ written }).management.refreshCause, 'timeout')
  })

  const refusals = [
    ['a provider that is not there', [undefined], 'provider_unknown', 0],
    ['a provider without metadata URL', [byFile], 'no_metadata_url', 0],
    ['one whose URL was changed meanwhile', [recordOf(), elsewhere], 'changed_meanwhile', 1],
    ['one that has no URL by now', [recordOf(), byFile], 'changed_meanwhile', 1],
  ] as const
  for (const [name, looks, cause, fetches] of refusals) {
    test(`refuses ${name}`, async () => {
      const { store, written } = portsOf({ found: looks })
      const fetchDocument = fetches > 0 ? serving(plainMetadata) : neverFetched
      const result = await refreshProvider({ store, fetchDocument }, target)
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.deepEqual(written, [])
    })
  }
})
