import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectionHash, diffConnections } from '#shared/idps/diff-connections.ts'
import type { Connection } from '#shared/idps/types.ts'
import { connection, keyNamed } from './connection.ts'

const before = connection({ signingKeys: [keyNamed('a'), keyNamed('b')] })
const slo = { binding: 'post', url: 'https://idp.example/slo' } as const

const changes: readonly (readonly [string, Partial<Connection>, unknown[]])[] = [
  ['nothing', {}, []],
  ['the order of keys', { signingKeys: [keyNamed('b'), keyNamed('a')] }, []],
  [
    'an entity ID',
    { entityId: 'urn:acme' },
    [{ what: 'entityId', before: 'https://idp.example', after: 'urn:acme' }],
  ],
  [
    'an address',
    { singleSignOn: { binding: 'redirect', url: 'https://idp.example/new' } },
    [
      {
        what: 'singleSignOn',
        before: 'redirect https://idp.example/sso',
        after: 'redirect https://idp.example/new',
      },
    ],
  ],
  [
    'a binding',
    { singleSignOn: { binding: 'post', url: 'https://idp.example/sso' } },
    [
      {
        what: 'singleSignOn',
        before: 'redirect https://idp.example/sso',
        after: 'post https://idp.example/sso',
      },
    ],
  ],
  [
    'single logout that was not there',
    { singleLogout: { ...slo, responseUrl: 'https://idp.example/done' } },
    [
      {
        what: 'singleLogout',
        after: 'post https://idp.example/slo https://idp.example/done',
      },
    ],
  ],
  [
    'keys',
    { signingKeys: [keyNamed('b'), keyNamed('c')] },
    [
      { what: 'certificate_added', after: 'c' },
      { what: 'certificate_removed', before: 'a' },
    ],
  ],
  [
    'the wish for signed requests',
    { wantsSignedRequests: true },
    [{ what: 'wantsSignedRequests', before: 'false', after: 'true' }],
  ],
]
for (const [name, changed, differences] of changes) {
  test(`diffConnections finds ${name}`, () => {
    assert.deepEqual(diffConnections(before, { ...before, ...changed }), differences)
  })

  test(`connectionHash tells ${name} from what was before as a difference does`, () => {
    const isSame = connectionHash({ ...before, ...changed }) === connectionHash(before)
    assert.equal(isSame, differences.length === 0)
  })
}

test('diffConnections finds single logout that is gone', () => {
  assert.deepEqual(diffConnections({ ...before, singleLogout: slo }, before), [
    { what: 'singleLogout', before: 'post https://idp.example/slo' },
  ])
})
