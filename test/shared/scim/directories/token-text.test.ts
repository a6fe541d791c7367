import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newScimTokenId } from '#shared/ids.ts'
import { issueScimToken, readScimToken } from '#shared/scim/directories/token-text.ts'

const id = newScimTokenId()
const { text, secretHash } = issueScimToken(id)

describe('issueScimToken', () => {
  test('makes a text that holds the id and 256 bits, and does not keep them', () => {
    assert.match(text, new RegExp(`^${id}_[\\w-]{43}$`))
    assert.ok(!text.includes(secretHash))
    assert.notEqual(issueScimToken(id).text, text)
  })
})

describe('readScimToken', () => {
  test('reads what was issued', () => {
    assert.deepEqual(readScimToken(text), { id, secretHash })
  })

  const refused = [
    ['nothing', ''],
    ['an API key', text.replace(/^sct/, 'key')],
    ['a secret that is a character short', text.slice(0, -1)],
    ['a secret with something behind it', `${text}=`],
    ['a line before it', `\n${text}`],
    ['a line behind it', `${text}\n`],
    ['an id in capitals', text.replace(id.slice(4), id.slice(4, -1).concat('F'))],
  ] as const
  for (const [name, presented] of refused) {
    test(`takes ${name} for no token`, () => {
      assert.equal(readScimToken(presented), undefined)
    })
  }

  test('takes no other text for a token', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((end) => text.slice(0, 60) + end),
        ),
        (any) => {
          const read = readScimToken(any)
          assert.ok(read === undefined || any.startsWith(`${read.id}_`))
        },
      ),
    )
  })
})
