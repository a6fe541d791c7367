import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { assertionHandle, requestHandle } from '#shared/sign-in/login-handle.ts'

const idpId = fc
  .array(fc.constantFrom('a', '1', 'assertion'), { maxLength: 3 })
  .map((parts) => `idp_${parts.join('')}` as const)
const messageId = fc
  .array(fc.constantFrom('a', '1', '\n', 'idp_a', 'assertion', 'request'), { maxLength: 4 })
  .map((parts) => parts.join(''))

describe('requestHandle', () => {
  test('is another one for every other request', () => {
    fc.assert(
      fc.property(messageId, messageId, (a, b) => {
        assert.equal(requestHandle(a) === requestHandle(b), a === b)
      }),
    )
  })

  test('is never that of an assertion, whatever a response claims to answer', () => {
    fc.assert(
      fc.property(messageId, idpId, messageId, (request, idp, assertion) => {
        assert.notEqual(requestHandle(request), assertionHandle(idp, assertion))
        assert.notEqual(requestHandle(`${idp}\n${assertion}`), assertionHandle(idp, assertion))
      }),
    )
  })
})

describe('assertionHandle', () => {
  test('is another one for every other provider or assertion', () => {
    fc.assert(
      fc.property(idpId, messageId, idpId, messageId, (a, b, c, d) => {
        assert.equal(assertionHandle(a, b) === assertionHandle(c, d), a === c && b === d)
      }),
      { numRuns: 5000 },
    )
  })

  test('is as long as a login token needs it', () => {
    assert.match(assertionHandle('idp_1', '_a'), /^[\w-]{43}$/)
    assert.match(requestHandle('_r'), /^[\w-]{43}$/)
  })
})
