import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DueToken, ExpiringToken, TokenWatchStore } from '#shared/scim/directories/ports.ts'
import { warnOfTokens } from '#shared/scim/directories/warn-of-tokens.ts'
import { directory, now, orgId } from './fake-stores.ts'

const DAY = 24 * 3600
const token: ExpiringToken = {
  id: 'sct_1',
  directoryId: directory.id,
  createdAt: now,
  expiresAt: now + 40 * DAY,
}
const due: DueToken = { tokenId: token.id, directoryId: directory.id, orgId, dueAt: now }

/** What a run does with one token that is due. */
async function visited(found: Awaited<ReturnType<TokenWatchStore['find']>>, at: number) {
  const done: unknown[] = []
  const store: TokenWatchStore = {
    listDue: async () => [due],
    find: async () => found,
    async warn(_, { days, daysLeft, nextAt }, { actor }) {
      done.push(['warn', days, daysLeft, nextAt, actor])
      return undefined
    },
    postpone: async (_, dueAt) => void done.push(['postpone', dueAt]),
    unschedule: async () => void done.push(['unschedule']),
  }
  const counts = await warnOfTokens(store, { now: () => at, hasTime: () => true })
  return [...done, counts.warned]
}

describe('warnOfTokens', () => {
  const actor = 'schedule:scim-tokens-watch'
  const cases = [
    ['warns', token, now + 10 * DAY, ['warn', 30, 30, now + 33 * DAY, actor], 1],
    ['warns late', token, now + 35 * DAY + 1, ['warn', 7, 5, now + 39 * DAY, actor], 1],
    ['warns the last time', token, now + 39 * DAY, ['warn', 1, 1, undefined, actor], 1],
    ['waits', token, now, ['postpone', now + 10 * DAY], 0],
    ['ends', { ...token, warnedDays: 1 }, now + 39 * DAY, ['unschedule'], 0],
    ['forgets what is over', token, now + 40 * DAY, ['unschedule'], 0],
    ['forgets what is gone', undefined, now, ['unschedule'], 0],
  ] as const
  for (const [name, given, at, did, warned] of cases) {
    test(name, async () => {
      const found = given && { token: given, directory }
      assert.deepEqual(await visited(found, at), [did, warned])
    })
  }

  test('does not count what somebody changed meanwhile', async () => {
    const store: TokenWatchStore = {
      listDue: async () => [due],
      find: async () => ({ token, directory }),
      warn: async () => 'changed_meanwhile',
      postpone: async () => assert.fail(),
      unschedule: async () => assert.fail(),
    }
    const run = { now: () => now + 10 * DAY, hasTime: () => true }
    assert.deepEqual(await warnOfTokens(store, run), { due: 1, visited: 1, warned: 0 })
  })
})
