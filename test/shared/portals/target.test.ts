import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { landingAt, readTarget } from '#shared/portals/target.ts'

const product = {
  key: 'billing',
  name: 'Billing',
  landingUrl: 'https://billing.example:8443/landing?from=latchkey',
  allowedPaths: ['/'],
}

describe('readTarget', () => {
  const taken = [
    ['invoices.html', '/invoices.html'],
    ['/invoices.html', '/invoices.html'],
    ['a/b/c.html?id=7&back=//x', '/a/b/c.html?id=7&back=//x'],
    ['a/b:c', '/a/b:c'],
    ['%C3%BCber.html', '/%C3%BCber.html'],
    ['a/...', '/a/...'],
  ] as const
  for (const [text, target] of taken) {
    test(`takes ${text} for ${target}`, () => {
      assert.equal(readTarget(text), target)
    })
  }

  const refused = [
    ['an absolute URL', 'https://evil.example/'],
    ['a scheme alone', 'javascript:alert(1)'],
    ['a scheme in capitals', 'JAVASCRIPT:alert(1)'],
    ['a data URL', 'data:text/html,x'],
    ['a host without a scheme', '//evil.example/'],
    ['a host behind three slashes', '///evil.example/'],
    ['a host behind backslashes', '\\\\evil.example'],
    ['a backslash', '/\\evil.example'],
    ['an encoded backslash', '%5c%5cevil.example'],
    ['an encoded slash', '%2f%2fevil.example'],
    ['a slash that is encoded twice', '%252f%252fevil.example'],
    ['an empty segment further behind', 'a//evil.example'],
    ['a way up', '../admin'],
    ['a way up further behind', 'a/../../admin'],
    ['an encoded way up', '%2e%2e/admin'],
    ['a half-encoded way up', '.%2E/admin'],
    ['a way up with a parameter', '..;/admin'],
    ['a dot segment', './a'],
    ['a line break', 'a\r\nSet-Cookie: x=1'],
    ['an encoded line break', 'a%0d%0aSet-Cookie:%20x=1'],
    ['a zero byte', 'a\0b'],
    ['an encoded zero byte', 'a%00b'],
    ['a tab between slashes', '/\t/evil.example'],
    ['white space first', ' //evil.example'],
    ['a fragment', 'a#//evil.example'],
    ['markup', '"><script>'],
    ['a user of a host', '@evil.example/'.padStart(20, '/')],
    ['a letter outside ASCII', 'über.html'],
    ['a slash that only looks like one', '\u2044\u2044evil.example'],
    ['a broken escape', '%zz'],
    ['too much', 'a'.repeat(2048)],
  ] as const
  for (const [name, text] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(readTarget(text), undefined)
    })
  }

  test('never leads off the origin, however it is resolved', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...['/', '//', '\\', ':', '..', '.', '%2e', '%2f', '%5c', '%09', '%', '@', '?', '#', ';'],
        ...[
          '\t',
          '\n',
          '\r',
          '\0',
          ' ',
          'http:',
          'https://',
          'javascript:',
          'evil.example',
          '[::1]',
        ],
      ),
      fc.string({ maxLength: 3 }),
    )
    const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (wanted) => {
        const target = readTarget(wanted)
        if (target === undefined) return
        assert.match(target, /^\/(?!\/)/)
        for (const spelling of [target, decoded(target)]) {
          const { origin } = new URL(spelling, 'https://product.example/a/b')
          assert.equal(origin, 'https://product.example')
          assert.equal(new URL(`https://product.example${spelling}`).origin, origin)
        }
        assert.doesNotMatch(decoded(target.split('?')[0] ?? ''), /\/\.\.?(?:\/|$)|[\p{Cc}\\]/u)
      }),
      { numRuns: 20_000 },
    )
  })
})

/** As a product may read it once more. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

describe('landingAt', () => {
  const at = (host: string) => landingAt(product, host, { token: 't', target: '/a' })

  test('is the landing page at another host, and at its own port', () => {
    const query = '?from=latchkey&token=t&target=%2Fa'
    assert.equal(at('billing.customer.example'), `https://billing.customer.example/landing${query}`)
    assert.equal(
      at('billing.customer.example:444'),
      `https://billing.customer.example:444/landing${query}`,
    )
    assert.equal(at('billing.example:8443'), `https://billing.example:8443/landing${query}`)
  })
})
