import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { keyGenerations } from '#infra/key-generations.ts'

const temporary = mkdtempDisposableSync(join(tmpdir(), 'latchkey-keys-'))
after(() => temporary.remove())
const folder = pathToFileURL(`${temporary.path}/`)
const write = (text: string) => writeFileSync(join(temporary.path, 'latchkey.keys.json'), text)

describe('keyGenerations', () => {
  test('are the first, where nobody says anything', () => {
    assert.deepEqual(keyGenerations('samlSigningKeys', undefined, folder), [1])
  })

  test('are those of the file, key by key', () => {
    const changedAt = '2026-03-01T00:00:00.000Z'
    write(JSON.stringify({ samlSigningKeys: { generations: [2, 1], changedAt } }))
    assert.deepEqual(keyGenerations('samlSigningKeys', undefined, folder), [2, 1])
    assert.deepEqual(keyGenerations('samlEncryptionKeys', undefined, folder), [1])
  })

  test('are those of the context, where there is one', () => {
    assert.deepEqual(keyGenerations('samlSigningKeys', '3,2,3', folder), [3, 2])
    assert.throws(() => keyGenerations('samlSigningKeys', '0', folder), /not like 1,2/)
  })

  test('are none that are guessed from a broken file', () => {
    write('{"samlSigningKeys":{"generations":[]}}')
    assert.throws(() => keyGenerations('samlSigningKeys', undefined, folder), /malformed/)
  })
})
