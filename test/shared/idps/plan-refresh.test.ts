import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectionHash } from '#shared/idps/diff-connections.ts'
import { planRefresh } from '#shared/idps/plan-refresh.ts'
import type { Connection, SigningKey } from '#shared/idps/types.ts'
import { connection, keyNamed } from './connection.ts'

const now = 1_800_000_000
const [a, b, c] = ['a', 'b', 'c'].map((name) => keyNamed(name)) as [
  SigningKey,
  SigningKey,
  SigningKey,
]
const expired = keyNamed('expired', { notAfter: now - 1 })

const plan = (before: Connection, found: Connection, management = {}) =>
  planRefresh(before, management, { connection: found }, now)

/** The keys after the refresh, or what else is done. */
const keysAfter = (before: readonly SigningKey[], found: readonly SigningKey[]) => {
  const planned = plan(connection({ signingKeys: before }), connection({ signingKeys: found }))
  return planned.action === 'apply'
    ? planned.connection.signingKeys.map(({ fingerprint }) => fingerprint)
    : planned.action
}

const tenNew = Array.from({ length: 10 }, (_, index) => keyNamed(`new ${index}`))

describe('planRefresh', () => {
  const rollovers = [
    ['changes nothing where nothing has changed', [a, b], [b, a], 'unchanged'],
    ['adds a key', [a], [a, b], ['a', 'b']],
    ['drops a key that is listed no more when another stays', [a, b], [b], ['b']],
    ['adds and drops at once when another stays', [a, b], [b, c], ['b', 'c']],
    ['keeps the former key when all are new, for one refresh', [a], [b], ['b', 'a']],
    ['drops it at the next', [b, a], [b], ['b']],
    ['drops an expired one at once', [expired], [b], ['b']],
    ['keeps a valid one when only an expired one stays', [a, expired], [expired], 'unchanged'],
    ['keeps at most ten', [a], tenNew, tenNew.map(({ fingerprint }) => fingerprint)],
  ] as const
  for (const [name, before, found, keys] of rollovers) {
    test(name, () => assert.deepEqual(keysAfter(before, found), keys))
  }

  const redirect = (url: string) => ({ binding: 'redirect', url }) as const
  const withLogout = (url: string, responseUrl?: string) =>
    connection({ singleLogout: { ...redirect(url), ...(responseUrl && { responseUrl }) } })

  const applied: readonly (readonly [string, Connection, Connection])[] = [
    [
      'another path on the host of the sign-in',
      connection(),
      connection({ singleSignOn: redirect('https://idp.example/new') }),
    ],
    [
      'another binding on it',
      connection(),
      connection({ singleSignOn: { binding: 'post', url: 'https://idp.example/sso' } }),
    ],
    ['the wish for signed requests', connection(), connection({ wantsSignedRequests: true })],
    [
      'single logout on the host of the sign-in',
      connection(),
      withLogout('https://idp.example/slo'),
    ],
    [
      'single logout on a host that it had before',
      withLogout('https://logout.example/'),
      withLogout('https://logout.example/new', 'https://idp.example/done'),
    ],
    ['the end of single logout', withLogout('https://logout.example/'), connection()],
  ]
  for (const [name, before, found] of applied) {
    test(`applies ${name}`, () => {
      const planned = plan(before, found)
      assert.ok(planned.action === 'apply')
      assert.deepEqual(planned.connection, found)
      assert.equal(planned.differences.length, 1)
    })
  }

  const parked: readonly (readonly [string, Connection, Connection])[] = [
    ['another entity ID', connection(), connection({ entityId: 'https://idp.example/' })],
    [
      'another host of the sign-in',
      connection(),
      connection({ singleSignOn: redirect('https://idp.example.evil/sso') }),
    ],
    [
      'another port of it',
      connection(),
      connection({ singleSignOn: redirect('https://idp.example:8443/sso') }),
    ],
    [
      'a sign-in without TLS',
      connection(),
      connection({ singleSignOn: redirect('http://idp.example/sso') }),
    ],
    [
      'a sign-in at the host of the logout',
      withLogout('https://logout.example/'),
      connection({ singleSignOn: redirect('https://logout.example/sso') }),
    ],
    ['single logout on another host', connection(), withLogout('https://evil.example/slo')],
    [
      'responses of single logout to another host',
      withLogout('https://idp.example/slo'),
      withLogout('https://idp.example/slo', 'https://evil.example/slo'),
    ],
  ]
  for (const [name, before, changed] of parked) {
    test(`parks ${name}, with the keys that came with it`, () => {
      const found = { ...changed, signingKeys: [a, b] }
      const planned = plan(before, found)
      assert.ok(planned.action === 'park')
      assert.deepEqual(planned.connection, found)
      assert.equal(planned.isNew, true)
      assert.ok(planned.differences.some(({ what }) => what === 'certificate_added'))
      const isParked = { parked: { connection: found, foundAt: now - 1 } }
      const again = plan(before, found, isParked)
      assert.ok(again.action === 'park')
      assert.equal(again.isNew, false)
      const declined = { declined: connectionHash(found) }
      assert.deepEqual(plan(before, found, declined), { action: 'unchanged' })
      const other = plan(before, { ...found, signingKeys: [a, c] }, { ...isParked, ...declined })
      assert.ok(other.action === 'park' && other.isNew)
    })
  }

  test('refuses metadata that has expired', () => {
    const found = connection({ signingKeys: [a, b] })
    const at = (validUntil: number) =>
      planRefresh(connection(), {}, { connection: found, validUntil }, now).action
    assert.equal(at(now + 1), 'apply')
    assert.equal(at(now), 'refuse')
  })

  test('refuses metadata without keys', () => {
    assert.deepEqual(plan(connection(), connection({ signingKeys: [] })), {
      action: 'refuse',
      cause: 'metadata_signing_key_missing',
    })
  })
})
