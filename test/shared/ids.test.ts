import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  newCredentialId,
  newEventId,
  newIdpId,
  newJwtId,
  newMessageId,
  newOrgId,
  newTraceId,
  newUserId,
} from '#shared/ids.ts'

describe('an id', () => {
  const kinds = [
    ['organization', newOrgId, /^org_[0-9a-f]{32}$/],
    ['identity provider', newIdpId, /^idp_[0-9a-f]{32}$/],
    ['user', newUserId, /^usr_[0-9a-f]{32}$/],
    ['credential', newCredentialId, /^cred_[0-9a-f]{32}$/],
    ['JWT', newJwtId, /^jwt_[0-9a-f]{32}$/],
    ['event', newEventId, /^evt_[0-9a-f]{32}$/],
    ['trace', () => newTraceId(1), /^trc_000000000001[0-9a-f]{20}$/],
    ['SAML message', newMessageId, /^_[0-9a-f]{40}$/],
  ] as const
  for (const [name, newId, shape] of kinds) {
    test(`of a new ${name} says what it names, and is another one each time`, () => {
      const ids = Array.from({ length: 1000 }, newId)
      for (const id of ids) assert.match(id, shape)
      assert.equal(new Set(ids).size, ids.length)
    })
  }

  test('of a trace sorts by its time', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a < b)
        assert.ok(newTraceId(a) < newTraceId(b))
      }),
    )
  })

  test('of a SAML message is an XML name (SAML Core 2.0 §1.3.4)', () => {
    assert.match(newMessageId(), /^[A-Za-z_][\w.-]*$/)
  })
})
