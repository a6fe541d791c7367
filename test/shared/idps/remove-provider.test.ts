import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { revisionOf, type Target } from '#shared/idps/change-provider.ts'
import type { ProviderRecord } from '#shared/idps/ports.ts'
import { removeProvider } from '#shared/idps/remove-provider.ts'
import { recordOf, target } from './records.ts'

type Given = {
  found?: ProviderRecord | undefined
  error?: 'changed_meanwhile'
  changed?: Partial<Target>
  confirmation?: string | undefined
}

async function remove(given: Given) {
  const { error, changed } = given
  const { found, confirmation } = { found: recordOf(), confirmation: 'Example', ...given }
  const removed: ProviderRecord[] = []
  const store = {
    find: () => Promise.resolve(found),
    remove(record: ProviderRecord) {
      removed.push(record)
      return Promise.resolve(error)
    },
  }
  const result = await removeProvider(store, { ...target, ...changed }, confirmation)
  return { cause: result.ok ? 'removed' : result.error.cause, removed }
}

describe('removeProvider', () => {
  test('removes the provider that was read, active or not', async () => {
    for (const state of ['active', 'inactive'] as const) {
      const found = recordOf({ state })
      const { cause, removed } = await remove({ found, changed: { seen: [revisionOf(found)] } })
      assert.equal(cause, 'removed')
      assert.deepEqual(removed, [found])
    }
  })

  const refusals: readonly (readonly [string, string, Given])[] = [
    ['a provider that is not there', 'provider_unknown', { found: undefined }],
    ['another state than was seen', 'changed_meanwhile', { changed: { seen: ['7.7'] } }],
    ['another name', 'confirmation_wrong', { confirmation: 'example' }],
    ['no confirmation', 'confirmation_wrong', { confirmation: undefined }],
  ]
  for (const [name, want, given] of refusals) {
    test(`refuses ${name}, and removes nothing`, async () => {
      const { cause, removed } = await remove(given)
      assert.deepEqual([cause, removed], [want, []])
    })
  }

  test('says so when somebody else was faster', async () => {
    assert.equal((await remove({ error: 'changed_meanwhile' })).cause, 'changed_meanwhile')
  })
})
