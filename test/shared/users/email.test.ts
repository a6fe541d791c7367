import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { emailDomain, foldEmail } from '#shared/users/email.ts'

const longestLocal = 'a'.repeat(64)
const addressOfLength = (length: number) => `${'a'.repeat(length - 205)}@${'b.'.repeat(101)}cc`

describe('emailDomain', () => {
  const accepted = [
    ['a plain address', 'ada@acme.example', 'acme.example'],
    ['capitals', 'Ada@ACME.Example', 'acme.example'],
    ['a subdomain, as such', 'ada@mail.acme.example', 'mail.acme.example'],
    ['a tag', 'ada+news@acme.example', 'acme.example'],
    [
      'everything an atom may hold (RFC 5321 §4.1.2)',
      "!#$%&'*+-/=?^_`{|}~.1@acme.example",
      'acme.example',
    ],
    ['an IDN in its ASCII form', 'ada@xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['64 characters before the @', `${longestLocal}@acme.example`, 'acme.example'],
  ] as const
  for (const [name, address, domain] of accepted) {
    test(`takes ${name}`, () => {
      assert.equal(emailDomain(address), domain)
    })
  }

  const refused = [
    ['nothing', ''],
    ['no @', 'acme.example'],
    ['no local part', '@acme.example'],
    ['no domain', 'ada@'],
    ['a domain without a dot', 'ada@localhost'],
    ['two @', 'eve@evil.example@acme.example'],
    ['two @ side by side', 'eve@@acme.example'],
    ['an encoded second @', 'eve@evil.example%40acme.example'],
    ['65 characters before the @', `a${longestLocal}@acme.example`],
    ['a quoted local part', '"eve@evil.example"@acme.example'],
    ['an address literal', 'eve@[192.0.2.1]'],
    ['a display name', 'Ada <ada@acme.example>'],
    ['two addresses', 'eve@evil.example,ada@acme.example'],
    ['a comment', 'ada(x)@acme.example'],
    ['a leading space', ' ada@acme.example'],
    ['a space at the end', 'ada@acme.example '],
    ['a line break at the end', 'ada@acme.example\n'],
    ['a second line', 'ada@acme.example\r\nBcc: eve@evil.example'],
    ['a first line', 'eve@evil.example\nada@acme.example'],
    ['a NUL', 'ada@acme.example\0.evil.example'],
    ['a dot at the end', 'ada@acme.example.'],
    ['a dot after the @', 'ada@.acme.example'],
    ['two dots in the domain', 'ada@acme..example'],
    ['a Cyrillic а', 'ada@аcme.example'],
    ['a Cyrillic а in the local part', 'аda@acme.example'],
    ['a Kelvin sign, whose lower case is k', 'ada@\u212Aiosk.example'],
    ['a dotted capital I', 'ada@\u0130ris.example'],
    ['a full-width dot', 'ada@acme．example'],
    ['an ideographic full stop', 'ada@acme。example'],
    ['a full-width @', 'ada＠acme.example'],
    ['a zero-width space', 'ada@acme\u200B.example'],
    ['a soft hyphen', 'ada@ac\u00ADme.example'],
    ['a right-to-left override', 'ada@\u202Eelpmaxe.emca'],
    ['a byte order mark', '\uFEFFada@acme.example'],
    ['an underscore in the domain', 'ada@ac_me.example'],
  ] as const
  for (const [name, address] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(emailDomain(address), undefined)
    })
  }

  test('takes 254 characters and refuses one more (RFC 5321 §4.5.3.1.3)', () => {
    assert.equal(addressOfLength(254).length, 254)
    assert.ok(emailDomain(addressOfLength(254)))
    assert.equal(emailDomain(addressOfLength(255)), undefined)
  })

  test('answers what follows the only @ in lower-case ASCII, or nothing, whatever the input', () => {
    const ends = [
      '@',
      '.',
      'acme.example',
      'evil.example',
      'ada',
      'ADA',
      '＠',
      'а',
      'K',
      '\n',
      '\r',
    ]
    const others = [' ', '\0', '"', '<', '>', ',', ';', '\\', '(', '[', '%40', '\u200B', '\u202E']
    const text = fc.oneof(
      fc.array(fc.constantFrom(...ends, ...others), { maxLength: 8 }).map((all) => all.join('')),
      fc.tuple(fc.string(), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
      fc.emailAddress(),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, (address) => {
        const domain = emailDomain(address)
        if (domain === undefined) return
        const parts = address.split('@')
        assert.equal(parts.length, 2)
        assert.equal(domain, parts[1]?.toLowerCase())
        assert.match(address, /^[!-~]+$/)
        assert.match(domain, /^[a-z0-9.-]+$/)
        assert.equal(emailDomain(foldEmail(address)), domain)
      }),
      { numRuns: 5000 },
    )
  })

  test('takes every address that people have', () => {
    fc.assert(
      fc.property(fc.emailAddress({ size: 'small' }), (address) => {
        assert.equal(emailDomain(address), address.split('@')[1]?.toLowerCase())
      }),
    )
  })
})

describe('foldEmail', () => {
  test('gives all spellings of an address one form', () => {
    assert.equal(foldEmail('Ada@ACME.example'), 'ada@acme.example')
    assert.equal(foldEmail('ada@acme.example'), 'ada@acme.example')
  })

  test('keeps different addresses apart', () => {
    const address = fc.emailAddress({ size: 'small' })
    fc.assert(
      fc.property(address, address, (a, b) => {
        assert.equal(foldEmail(a) === foldEmail(b), a.toLowerCase() === b.toLowerCase())
      }),
    )
  })
})
