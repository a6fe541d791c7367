import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newOrgId, newSsoTokenId, orgOfSsoToken } from '#shared/ids.ts'
import { issueSsoToken, readSsoToken } from '#shared/portals/sso-token-text.ts'

const orgId = newOrgId()
const id = newSsoTokenId(orgId)
const { text, secretHash } = issueSsoToken(id)

describe('issueSsoToken', () => {
  test('makes a text that holds the id and 256 bits, and does not keep them', () => {
    assert.match(text, new RegExp(`^${id}_[\\w-]{43}$`))
    assert.ok(!text.includes(secretHash))
    assert.notEqual(issueSsoToken(id).text, text)
  })
})

describe('readSsoToken', () => {
  test('reads what was issued, and whose it is', () => {
    const read = readSsoToken(text)
    assert.deepEqual(read, { id, secretHash })
    assert.equal(orgOfSsoToken(read.id), orgId)
  })

  const refused = [
    ['nothing', ''],
    ['a SCIM token', text.replace(/^sso/, 'sct')],
    ['an id that is a digit short', text.replace(id, id.slice(0, -1))],
    ['a secret that is a character short', text.slice(0, -1)],
    ['a secret with something behind it', `${text}=`],
    ['a line before it', `\n${text}`],
    ['a line behind it', `${text}\n`],
    ['an id in capitals', text.replace(id, `${id.slice(0, -1)}F`)],
  ] as const
  for (const [name, presented] of refused) {
    test(`takes ${name} for no SSO token`, () => {
      assert.equal(readSsoToken(presented), undefined)
    })
  }

  test('takes no other text for an SSO token', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((end) => text.slice(0, 80) + end),
        ),
        (any) => {
          const read = readSsoToken(any)
          assert.ok(read === undefined || any.startsWith(`${read.id}_`))
        },
      ),
    )
  })
})
