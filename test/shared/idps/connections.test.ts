import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  applyParked,
  connectionOf,
  discardParked,
  keptSource,
  replaceConnection,
  restoreConnection,
  withConnection,
} from '#shared/idps/connections.ts'
import { connectionHash } from '#shared/idps/diff-connections.ts'
import type { Management, SourceInput } from '#shared/idps/management.ts'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import { settingsOf } from '#shared/idps/settings.ts'
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

describe('withConnection', () => {
  test('keeps the connection before, and where it came from', () => {
    const { idp: next, management, event } = withConnection(recordOf(), other, { kind: 'file' })
    assert.equal(event, 'updated')
    assert.equal(next.entityId, other.entityId)
    assert.deepEqual(management, {
      source: { kind: 'file' },
      previous: connectionOf(idp),
      previousSource: source,
    })
    assert.deepEqual(settingsOf(next), settingsOf(idp))
  })

  test('settles what was parked or declined', () => {
    const parked = { connection: other, foundAt: now }
    const { management } = withConnection(recordOf({}, { source, parked, declined: 'x' }), other)
    assert.deepEqual(
      new Set(Object.keys(management)),
      new Set(['previous', 'previousSource', 'source']),
    )
  })

  test('keeps why the URL could not be read as long as it is the same', () => {
    const record = recordOf({}, { source, refreshCause: 'timeout' })
    assert.equal(withConnection(record, other).management.refreshCause, 'timeout')
    const elsewhere = { ...source, url: 'https://idp.example.com/other' }
    assert.equal(withConnection(record, other, elsewhere).management.refreshCause, undefined)
  })

  test('takes single logout away where the new connection has none', () => {
    const singleLogout = { binding: 'redirect', url: 'https://idp.example.com/slo' } as const
    const { idp: next } = withConnection(recordOf({ singleLogout }), other)
    assert.equal('singleLogout' in next, false)
  })
})

describe('keptSource', () => {
  test('keeps the address, and of a document nothing', () => {
    assert.deepEqual(keptSource(source), source)
    assert.deepEqual(keptSource({ kind: 'file', document: '<x/>' }), { kind: 'file' })
  })
})

const read = readMetadata(Buffer.from(plainMetadata), now)
assert.ok(read.ok)
const { connection: plain } = read.value
const file: SourceInput = { kind: 'file', document: plainMetadata }

describe('replaceConnection', () => {
  const replaced = [
    ['a URL', source, serving(plainMetadata), { source, refreshedAt: now }],
    ['a file', file, neverFetched, { source: { kind: 'file' } }],
  ] as const
  for (const [name, input, fetchDocument, management] of replaced) {
    test(`takes the connection of ${name}, and says when a URL was read`, async () => {
      const ports = portsOf({ found: [recordOf({}, { source, refreshedAt: 5 })] })
      const reading = { source: input, fetchDocument }
      assert.ok((await replaceConnection(ports.store, target, reading)).ok)
      const change = onlyChange(ports)
      assert.deepEqual(connectionOf(change.idp), plain)
      const { previous, previousSource, ...rest } = change.management
      assert.deepEqual(rest, management)
      assert.deepEqual([previous, previousSource], [connectionOf(idp), source])
      assert.equal(change.event, 'updated')
    })
  }

  test('writes nothing where connection and source are the same', async () => {
    const reading = { source: file, fetchDocument: neverFetched }
    const same = portsOf({ found: [recordOf(plain, { source: { kind: 'file' } })] })
    assert.ok((await replaceConnection(same.store, target, reading)).ok)
    assert.deepEqual(same.written, [])
    const fromUrl = portsOf({ found: [recordOf(plain)] })
    assert.ok((await replaceConnection(fromUrl.store, target, reading)).ok)
    assert.deepEqual(onlyChange(fromUrl).management.source, { kind: 'file' })
  })

  test('refuses what cannot be read, with its field, and writes nothing', async () => {
    const { store, written } = portsOf()
    const reading = { source, fetchDocument: unreachable }
    const problems = [{ field: 'url', cause: 'timeout' }]
    const error = { cause: 'source_refused', problems }
    assert.deepEqual(await replaceConnection(store, target, reading), { ok: false, error })
    assert.deepEqual(written, [])
  })
})

describe('restoreConnection', () => {
  const elsewhere = { kind: 'url', url: 'https://idp.example.com/other' } as const
  const parameters = { kind: 'parameters' } as const
  const restored: readonly (readonly [string, Management, Management['source']])[] = [
    [
      'as a file where both came from one URL',
      { source, previousSource: source },
      { kind: 'file' },
    ],
    ['from another URL', { source, previousSource: elsewhere }, elsewhere],
    ['from parameters', { source, previousSource: parameters }, parameters],
    [
      'from parameters before parameters',
      { source: parameters, previousSource: parameters },
      parameters,
    ],
    ['as a file where nobody knows', { source }, { kind: 'file' }],
  ]
  for (const [name, management, want] of restored) {
    test(`brings the connection before back, ${name}`, async () => {
      const ports = portsOf({ found: [recordOf({}, { ...management, previous: other })] })
      assert.ok((await restoreConnection(ports.store, target)).ok)
      const change = onlyChange(ports)
      assert.deepEqual(connectionOf(change.idp), other)
      assert.deepEqual(change.management, {
        source: want,
        previous: connectionOf(idp),
        previousSource: management.source,
      })
    })
  }
})

const parked = { connection: other, foundAt: now }

describe('applyParked', () => {
  test('takes over what was found, and keeps the connection before', async () => {
    const ports = portsOf({ found: [recordOf({}, { source, parked })] })
    assert.ok((await applyParked(ports.store, target)).ok)
    const { idp: next, management, event } = onlyChange(ports)
    assert.deepEqual(connectionOf(next), other)
    const previous = connectionOf(idp)
    assert.deepEqual(management, { source, previous, previousSource: source })
    assert.equal(event, 'updated')
  })
})

describe('discardParked', () => {
  test('remembers what was declined, and changes no sign-in', async () => {
    const ports = portsOf({ found: [recordOf({}, { source, parked })] })
    assert.ok((await discardParked(ports.store, target)).ok)
    assert.deepEqual(onlyChange(ports), {
      idp,
      management: { source, declined: connectionHash(other) },
    })
  })
})

const nothing = [
  ['restoreConnection', restoreConnection, 'nothing_to_restore'],
  ['applyParked', applyParked, 'nothing_parked'],
  ['discardParked', discardParked, 'nothing_parked'],
] as const
for (const [name, act, cause] of nothing) {
  test(`${name} refuses where there is nothing`, async () => {
    const { store, written } = portsOf()
    assert.deepEqual(await act(store, target), { ok: false, error: { cause } })
    assert.deepEqual(written, [])
  })
}
