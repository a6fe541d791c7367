import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '#shared/secrets.ts'
import {
  issueLoginToken,
  LOGIN_TOKEN_LIFETIME_MS,
  readLoginToken,
} from '#shared/tokens/login-token.ts'

const handle = sha256('some sign-in')

describe('issueLoginToken', () => {
  test('makes a token that reads back to its handle and the hash of its secret', () => {
    const { token, secretHash } = issueLoginToken(handle)
    assert.deepEqual(readLoginToken(token), { handle, secretHash })
    assert.ok(!token.includes(secretHash))
  })

  test('makes another secret of 256 bits each time', () => {
    const secrets = Array.from({ length: 100 }, () => issueLoginToken(handle).token.split('.')[1])
    assert.equal(new Set(secrets).size, 100)
    for (const secret of secrets) assert.equal(Buffer.from(secret ?? '', 'base64url').length, 32)
  })

  test('lasts twenty seconds (R32)', () => {
    assert.equal(LOGIN_TOKEN_LIFETIME_MS, 20_000)
  })
})

describe('readLoginToken', () => {
  const a43 = 'A'.repeat(43)
  const b43 = 'B'.repeat(43)
  const refused = [
    ['nothing', ''],
    ['a dot', '.'],
    ['a handle alone', a43],
    ['no secret', `${a43}.`],
    ['no handle', `.${b43}`],
    ['a short handle', `${a43.slice(1)}.${b43}`],
    ['a long secret', `${a43}.${b43}B`],
    ['two secrets', `${a43}.${b43}.${b43}`],
    ['another separator', `${a43}_${b43}`],
    ['standard base64', `${a43.slice(1)}+.${b43}`],
    ['padding', `${a43}.${b43}=`],
    ['a line break at the end', `${a43}.${b43}\n`],
    ['a space before', ` ${a43}.${b43}`],
    ['two lines', `x\n${a43}.${b43}`],
    ['a letter that is not ASCII', `${a43.slice(1)}é.${b43}`],
  ] as const
  for (const [name, token] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(readLoginToken(token), undefined)
    })
  }

  test('takes nothing but a handle and a secret, whatever the input', () => {
    const half = fc.string({
      unit: fc.constantFrom('a', '-', '_', '.', '+', '\n'),
      minLength: 41,
      maxLength: 45,
    })
    const text = fc.oneof(
      fc.tuple(half, half).map(([left, right]) => `${left}.${right}`),
      fc.string(),
      fc.base64String(),
    )
    fc.assert(
      fc.property(text, (token) => {
        const read = readLoginToken(token)
        if (!read) return
        assert.equal(token.length, 87)
        assert.equal(read.handle, token.slice(0, 43))
        assert.equal(read.secretHash, sha256(token.slice(44)))
        assert.match(token, /^[\w-]{43}\.[\w-]{43}$/)
      }),
      { numRuns: 2000 },
    )
  })
})
