import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Deployment, examine } from '#shared/operations/examine.ts'

const empty = async () => ({ waiting: 0, inFlight: 0 })
const healthy: Deployment = {
  readTables: async () => ({ products: 2 }),
  keys: { 'of JWTs': async () => undefined },
  provisioning: async () => ({ waiting: 3, inFlight: 1 }),
  deadLetters: empty,
  relayFailures: empty,
  accessDeadLetters: empty,
}

async function findingOf(check: string, changes: Partial<Deployment> = {}) {
  const findings = await examine({ ...healthy, ...changes })
  const found = findings.find((one) => one.check === check)
  return found ?? assert.fail(`no check ${check}`)
}

describe('examine', () => {
  test('finds nothing amiss with a healthy deployment', async () => {
    const findings = await examine(healthy)
    assert.deepEqual(
      findings.map(({ check, status, detail }) => [check, status, detail]),
      [
        ['tables', 'ok', 'can be read; 2 products'],
        ['key of JWTs', 'ok', 'can be used'],
        ['provisioning queue', 'ok', '3 waiting, 1 being taken'],
        ['dead letters', 'ok', 'none'],
        ['changes not followed', 'ok', 'none'],
        ['access that could not follow', 'ok', 'none'],
      ],
    )
  })

  const amiss: [string, string, Partial<Deployment>, RegExp][] = [
    ['tables', 'warn', { readTables: async () => ({ products: 0 }) }, /0 products/],
    ['tables', 'fail', { readTables: () => Promise.reject(new Error('gone')) }, /Error: gone/],
    ['key of JWTs', 'fail', { keys: { 'of JWTs': () => Promise.reject('off') } }, /off/],
    [
      'provisioning queue',
      'warn',
      { provisioning: async () => ({ waiting: 10_000, inFlight: 0 }) },
      /10000 waiting/,
    ],
    ['dead letters', 'fail', { deadLetters: async () => ({ waiting: 1, inFlight: 0 }) }, /^1$/],
    ['dead letters', 'fail', { deadLetters: async () => ({ waiting: 0, inFlight: 2 }) }, /^2$/],
    [
      'changes not followed',
      'fail',
      { relayFailures: async () => ({ waiting: 4, inFlight: 0 }) },
      /^4$/,
    ],
    [
      'access that could not follow',
      'fail',
      { accessDeadLetters: async () => ({ waiting: 2, inFlight: 1 }) },
      /^3$/,
    ],
  ]
  for (const [check, status, changes, detail] of amiss) {
    test(`says ${status} of ${check} where it finds ${detail.source}, and what to do`, async () => {
      const found = await findingOf(check, changes)
      assert.equal(found.status, status)
      assert.match(found.detail, detail)
      assert.ok(found.advice)
    })
  }
})
