import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  changeDirectory,
  type DirectoryTarget,
  pauseDirectory,
  resumeDirectory,
} from '#shared/scim/directories/change-directory.ts'
import { createDirectory } from '#shared/scim/directories/create-directory.ts'
import { createToken, listTokens, revokeToken } from '#shared/scim/directories/manage-tokens.ts'
import type { DirectoryStore } from '#shared/scim/directories/ports.ts'
import { removeDirectory } from '#shared/scim/directories/remove-directory.ts'
import type { ScimToken } from '#shared/scim/directories/types.ts'
import type { Directory } from '#shared/scim/types.ts'
import { directoriesWith, directory, now, orgId, tokensWith } from './fake-stores.ts'

const act = { actor: 'apikey:key_1', at: now }
const target = { orgId, id: directory.id, seen: undefined, act } as const
const failed = (error: string) => ({ ok: false, error })

describe('createDirectory', () => {
  const asked = { ...{ orgId, id: directory.id, name: 'Okta' }, guard: { share: 1 } } as const

  test('gives it a guard and a key of its own', async () => {
    const store = directoriesWith(undefined, { create: async () => undefined })
    const create = () => createDirectory(store, { ...asked, callHash: undefined }, act)
    const [one, other] = [await create(), await create()]
    assert.ok(one.ok && other.ok)
    const { cursorKey, ...rest } = one.value
    assert.deepEqual(rest, {
      ...{ id: directory.id, orgId, name: 'Okta', state: 'active' },
      ...{ guard: { share: 1, atLeast: 20 }, createdAt: now, revision: 1 },
    })
    assert.notEqual(cursorKey, other.value.cursorKey)
  })

  const existing = [
    ['the same call', { directory, callHash: 'a' }, { ok: true, value: directory }],
    ['another call of that name', { directory, callHash: 'b' }, failed('key_reused')],
    ['a call of which all is gone', undefined, failed('key_reused')],
  ] as const
  for (const [name, found, answer] of existing) {
    test(`answers where there is one of ${name}`, async () => {
      const store = directoriesWith(undefined, {
        create: async () => 'directory_exists',
        findCreated: async () => found,
      })
      assert.deepEqual(await createDirectory(store, { ...asked, callHash: 'a' }, act), answer)
    })
  }

  test('says what stands in its way', async () => {
    const store = directoriesWith(undefined, { create: async () => 'too_many_directories' })
    const refused = await createDirectory(store, { ...asked, callHash: 'a' }, act)
    assert.deepEqual(refused, failed('too_many_directories'))
  })
})

type Edit = (store: DirectoryStore, to: DirectoryTarget) => ReturnType<typeof changeDirectory>

describe('a change of a directory', () => {
  const paused: Directory = {
    ...directory,
    state: 'paused',
    paused: { at: now - 60, by: 'directory', cause: 'guard' },
    guard: { share: 20, atLeast: 20, liftedUntil: now + 60 },
  }
  const changes: readonly [string, Directory, Edit, Partial<Directory>][] = [
    [
      'pause',
      directory,
      (store, to) => pauseDirectory(store, to),
      { paused: { at: now, by: act.actor, cause: 'admin' } },
    ],
    [
      'resume',
      paused,
      (store, to) => resumeDirectory(store, to, undefined),
      { guard: { share: 20, atLeast: 20 } },
    ],
    [
      'resume without the guard',
      paused,
      (store, to) => resumeDirectory(store, to, 5),
      { guard: { share: 20, atLeast: 20, liftedUntil: now + 300 } },
    ],
    [
      'change',
      paused,
      (store, to) => changeDirectory(store, to, { name: 'Next', guard: { atLeast: 1 } }),
      { name: 'Next', guard: { share: 20, atLeast: 1, liftedUntil: now + 60 } },
    ],
  ]
  for (const [name, before, edit, after] of changes) {
    test(`is written: ${name}`, async () => {
      const written: Directory[] = []
      const store = directoriesWith(before, {
        change: async (from, next) => {
          assert.equal(from, before)
          written.push(next)
          return undefined
        },
      })
      const changed = await edit(store, target)
      assert.ok(changed.ok)
      const [next] = written
      assert.deepEqual(changed.value, { ...next, revision: 4 })
      for (const [field, value] of Object.entries(after)) {
        assert.deepEqual(next?.[field as keyof Directory], value)
      }
      assert.equal(next?.state, name === 'pause' || name === 'change' ? 'paused' : 'active')
      assert.equal(next.paused !== undefined, next.state === 'paused')
    })

    test(`is not made of what is not there, or was not seen so: ${name}`, async () => {
      assert.deepEqual(await edit(directoriesWith(undefined), target), failed('directory_unknown'))
      const late = { ...target, seen: ['2'] }
      assert.deepEqual(await edit(directoriesWith(before), late), failed('changed_meanwhile'))
    })

    test(`gives up where others are always faster: ${name}`, async () => {
      const store = directoriesWith(before, { change: async () => 'changed_meanwhile' })
      assert.deepEqual(await edit(store, target), failed('changed_meanwhile'))
    })
  }

  test('is not written where nothing changes', async () => {
    const same = { ok: true, value: directory }
    assert.deepEqual(await resumeDirectory(directoriesWith(directory), target, undefined), same)
    assert.deepEqual(await changeDirectory(directoriesWith(directory), target, {}), same)
    const still = await pauseDirectory(directoriesWith(paused), target)
    assert.deepEqual(still, { ok: true, value: paused })
  })
})

describe('removeDirectory', () => {
  const settled: Directory = {
    ...directory,
    ...{ state: 'paused', paused: { at: now - 20, by: 'x', cause: 'admin' } },
  }
  const justPaused = { ...settled, paused: { at: now - 9, by: 'x', cause: 'guard' } } as const
  const removable = { hasResources: async () => false, remove: async () => undefined }
  const tokens = tokensWith({})

  const refused = [
    ['what is not there', undefined, 'Okta', 'directory_unknown'],
    ['without its name', settled, undefined, 'directory_confirmation_wrong'],
    ['by another name', settled, 'okta', 'directory_confirmation_wrong'],
    ['what is active', directory, 'Okta', 'directory_active'],
    ['what was paused nineteen seconds ago', justPaused, 'Okta', 'directory_active'],
  ] as const
  for (const [name, found, confirmation, error] of refused) {
    test(`refuses ${name}`, async () => {
      const directories = directoriesWith(found, removable)
      const removed = await removeDirectory({ directories, tokens }, target, confirmation)
      assert.deepEqual(removed, failed(error))
    })
  }

  test('removes what has been paused for twenty seconds and is empty', async () => {
    const directories = directoriesWith(settled, removable)
    assert.ok((await removeDirectory({ directories, tokens }, target, 'Okta')).ok)
    const full = { ...directories, hasResources: async () => true }
    const refusal = await removeDirectory({ directories: full, tokens }, target, 'Okta')
    assert.deepEqual(refusal, failed('directory_not_empty'))
    const late = { ...target, seen: ['2'] }
    const unseen = await removeDirectory({ directories, tokens }, late, 'Okta')
    assert.deepEqual(unseen, failed('changed_meanwhile'))
  })

  test('gives up where others are always faster', async () => {
    const remove = async () => 'changed_meanwhile' as const
    const directories = directoriesWith(settled, { ...removable, remove })
    const removed = await removeDirectory({ directories, tokens }, target, 'Okta')
    assert.deepEqual(removed, failed('changed_meanwhile'))
  })
})

describe('tokens', () => {
  const token: ScimToken = {
    ...{ id: 'sct_1', directoryId: directory.id, orgId, secretHash: 'h', label: 'x' },
    ...{ createdAt: now - 10, createdBy: 'test' },
  }
  const ids = { directoryId: directory.id, id: token.id }
  const asked = { orgId, directoryId: directory.id, label: 'x', lifetimeSeconds: 60 } as const
  const live = (...ends: (number | undefined)[]) => ({
    findLive: async () => ({
      tokens: ends.map((expiresAt, index) => ({
        id: `sct_${index + 1}` as const,
        ...(expiresAt !== undefined && { expiresAt }),
      })),
      revision: 1,
    }),
  })

  test('are counted until the second they end', async () => {
    const create = async () => undefined
    const full = tokensWith({ ...live(undefined, now + 1), create })
    assert.deepEqual(await createToken(full, asked, act), failed('too_many_scim_tokens'))
    const made = await createToken(tokensWith({ ...live(undefined, now), create }), asked, act)
    assert.ok(made.ok)
    assert.equal(made.value.token.expiresAt, now + 60)
    assert.ok(made.value.text.startsWith(made.value.token.id))
  })

  test('are listed until the second they end', async () => {
    const findAll = async (wanted: readonly string[]) => wanted.map(() => token)
    const store = tokensWith({ ...live(undefined, now + 1), findAll })
    assert.equal((await listTokens(store, directory.id, now)).length, 2)
    assert.equal((await listTokens(store, directory.id, now + 1)).length, 1)
  })

  test('are not revoked where there is none of that id, or it has ended', async () => {
    const unknown = failed('scim_token_unknown')
    assert.deepEqual(await revokeToken(tokensWith(live()), ids, act), unknown)
    assert.deepEqual(await revokeToken(tokensWith(live(now)), ids, act), unknown)
    const gone = tokensWith({ ...live(undefined), findAll: async () => [] })
    assert.deepEqual(await revokeToken(gone, ids, act), unknown)
  })

  test('are made and revoked anew where others were faster, but not for ever', async () => {
    let calls = 0
    const late = async () => (++calls % 8 === 0 ? undefined : ('changed_meanwhile' as const))
    const findAll = async () => [token]
    const store = tokensWith({ ...live(undefined), findAll, create: late, revoke: late })
    assert.ok((await createToken(store, asked, act)).ok)
    assert.ok((await revokeToken(store, ids, act)).ok)
    const never = async () => 'changed_meanwhile' as const
    const busy = tokensWith({ ...live(undefined), findAll, create: never, revoke: never })
    await assert.rejects(createToken(busy, asked, act), /all the time/)
    await assert.rejects(revokeToken(busy, ids, act), /all the time/)
  })

  test('are not made of a directory that is gone', async () => {
    const store = tokensWith({ create: async () => 'directory_unknown' })
    assert.deepEqual(await createToken(store, asked, act), failed('directory_unknown'))
  })
})
