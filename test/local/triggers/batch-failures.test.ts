import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failedItems } from '#local/triggers/batch-failures.ts'

const batch = ['1', '2', '3']

const reports: readonly [name: string, payload: unknown, failed: readonly string[]][] = [
  ['nothing', null, []],
  ['an empty object', {}, []],
  ['no failures', { batchItemFailures: [] }, []],
  ['null failures', { batchItemFailures: null }, []],
  ['one failure', { batchItemFailures: [{ itemIdentifier: '2' }] }, ['2']],
  [
    'a failure twice',
    { batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '3' }] },
    ['3'],
  ],
  ['an item of another batch', { batchItemFailures: [{ itemIdentifier: '9' }] }, batch],
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, batch],
  ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, batch],
  ['a misspelt identifier', { batchItemFailures: [{ itemIdentifer: '2' }] }, batch],
  ['bare identifiers', { batchItemFailures: ['2'] }, batch],
  ['failures that are no list', { batchItemFailures: '2' }, batch],
  ['text', 'ok', batch],
]
for (const [name, payload, failed] of reports) {
  test(`a report of ${name} fails ${failed.join(', ') || 'none'}`, () => {
    assert.deepEqual([...failedItems(payload, batch)], failed)
  })
}
