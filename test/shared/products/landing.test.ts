import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  allowedLanding,
  findLanding,
  isAllowedTarget,
  landingUrl,
} from '#shared/products/landing.ts'
import type { Catalogue, Product } from '#shared/products/types.ts'

const origin = 'https://training.example'
const training: Product = {
  key: 'training',
  name: 'Training',
  landingUrl: `${origin}/in?from=latchkey`,
  allowedPaths: ['/courses', '/docs/', '/invoices.html'],
}
const open: Product = {
  key: 'open',
  name: 'Open',
  landingUrl: 'https://open.example/start#top',
  allowedPaths: ['/'],
}
const catalogue: Catalogue = new Map([training, open].map((product) => [product.key, product]))

describe('isAllowedTarget', () => {
  const allowed = [
    '/courses',
    '/courses/',
    '/courses/7',
    '/courses?tab=2',
    '/courses/7?next=https://evil.example/..%2f..&x=%0d%0a',
    '/courses/caf%C3%A9',
    '/courses/two%20words',
    '/courses/7;version=2',
    '/courses/.hidden/..7/...',
    '/docs/',
    '/docs/a//b',
    '/invoices.html',
  ]
  for (const target of allowed) {
    test(`allows ${target}`, () => {
      assert.equal(isAllowedTarget(training, target), true)
    })
  }

  const refused = [
    ['another path', '/admin'],
    ['the root', '/'],
    ['nothing', ''],
    ['a path that only begins like an allowed one', '/courses-of-others'],
    ['an allowed path in another case', '/Courses/7'],
    ['an allowed path, encoded', '/%63ourses/7'],
    ['a path without its slash', 'courses'],
    ['an allowed folder without its slash', '/docs'],
    ['a query alone', '?tab=2'],
    ['a protocol-relative address', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash for a slash', '/\\evil.example'],
    ['a backslash in a path', '/courses/..\\admin'],
    ['an absolute address', 'https://evil.example/courses'],
    ['an absolute address of the product', `${origin}/courses`],
    ['a script', 'javascript:alert(1)'],
    ['a way up', '/courses/../admin'],
    ['a way up at the end', '/courses/..'],
    ['a way up before a query', '/courses/..?x'],
    ['a dot segment', '/courses/./7'],
    ['an encoded way up', '/courses/%2e%2e/admin'],
    ['a half encoded way up', '/courses/.%2E/admin'],
    ['a way up encoded twice', '/courses/%252e%252e/admin'],
    ['a way up with encoded digits', '/courses/%2%65%2%65/admin'],
    ['a way up before an encoded query', '/courses/..%3fx'],
    ['a way up before an encoded fragment', '/courses/..%23x'],
    ['a way up before an encoded space', '/courses/..%20'],
    ['a way up with a path parameter', '/courses/..;/admin'],
    ['a way up with an encoded path parameter', '/courses/..%3b/admin'],
    ['an encoded slash', '/courses%2fadmin'],
    ['an encoded backslash', '/courses/..%5Cadmin'],
    ['an encoded tab', '/courses/%09/evil.example'],
    ['an encoded line break', '/courses/%0d%0aset-cookie:a'],
    ['an encoded NUL', '/courses/%00'],
    ['an encoded DEL', '/courses/%7f'],
    ['an escape cut short', '/courses/%4'],
    ['a percent sign that escapes nothing', '/courses/100%'],
    ['a tab', '/courses/\t7'],
    ['a line break at the end', '/courses\n'],
    ['a line break before a host', '/\n/evil.example'],
    ['a leading space', ' /courses'],
    ['a quote', '/courses/"onload='],
    ['an apostrophe', "/courses/'"],
    ['markup', '/courses/<script>'],
    ['a fragment', '/courses#admin'],
    ['a full-width slash', '/courses/..／admin'],
  ] as const
  for (const [name, target] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(isAllowedTarget(training, target), false)
    })
  }

  test('allows 2,048 characters and refuses one more', () => {
    const longest = '/courses/'.padEnd(2048, 'x')
    assert.equal(isAllowedTarget(training, longest), true)
    assert.equal(isAllowedTarget(training, `${longest}x`), false)
  })

  test('allows nothing in a product without allowed paths', () => {
    assert.equal(isAllowedTarget({ ...training, allowedPaths: [] }, '/courses'), false)
  })

  test('still refuses another host where all paths are allowed', () => {
    assert.equal(isAllowedTarget(open, '/any/thing'), true)
    for (const target of ['//evil.example', '/%09/evil.example', '/%2fevil.example', '/%5cevil']) {
      assert.equal(isAllowedTarget(open, target), false, target)
    }
  })
})

/** Pieces that mean something to one URL parser or another, so that random text finds the corners. */
const escapes = ['00', '09', '0a', '0D', '20', '23', '25', '252e', '252f', '2e', '2F', '3b', '3f']
const piece = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('/', '..', '.', '?', ';', 'x') },
  {
    weight: 8,
    arbitrary: fc.constantFrom(...escapes, '5c', '7f', 'c3%a9').map((hex) => `%${hex}`),
  },
  { weight: 2, arbitrary: fc.constantFrom('%', '%2', '%2%65', '%u002e', '@', ':', '#', '+') },
  { weight: 1, arbitrary: fc.constantFrom('\\', '\t', '\n', '\r', ' ', '\0', '／', '．', '；') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
)
const nasty = fc
  .tuple(
    fc.constantFrom('/courses/', '/courses', '/docs/', '/', '//', '', origin),
    fc.array(piece, { maxLength: 4 }),
  )
  .map(([start, pieces]) => start + pieces.join(''))

/** One percent-decoding by a lenient reader: what escapes no byte is left as it is. */
const decodeOnce = (text: string) =>
  text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const isUnder = (path: string, prefix: string) =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)

describe('whatever the input', () => {
  for (const product of [training, open]) {
    test(`what isAllowedTarget lets pass stays in ${product.key}, also once decoded`, () => {
      const productOrigin = new URL(product.landingUrl).origin
      const stays = (target: string) => {
        const url = new URL(target, productOrigin)
        assert.equal(url.origin, productOrigin)
        assert.ok(product.allowedPaths.some((prefix) => isUnder(url.pathname, prefix)))
      }
      fc.assert(
        fc.property(nasty, (target) => {
          if (!isAllowedTarget(product, target)) return
          stays(target)
          stays(decodeOnce(target))
        }),
        { numRuns: 20000 },
      )
    })
  }

  test('isAllowedTarget goes by the path and not by the query', () => {
    fc.assert(
      fc.property(nasty, (target) => {
        const [path = ''] = target.split('?')
        if (isAllowedTarget(training, target)) assert.ok(isAllowedTarget(training, path))
      }),
    )
  })

  test('findLanding answers a product of the catalogue and a target that is allowed in it', () => {
    const wanted = fc.oneof(
      nasty,
      nasty.map((path) => origin + path),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.constantFrom('training', 'open', '__proto__', 'constructor'),
    )
    fc.assert(
      fc.property(wanted, (text) => {
        const landing = findLanding(catalogue, text)
        if (!landing) return
        const product = catalogue.get(landing.product)
        assert.ok(product)
        assert.ok(landing.target === undefined || isAllowedTarget(product, landing.target))
        if (text !== product.key) {
          assert.equal(new URL(text).origin, new URL(product.landingUrl).origin)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test("landingUrl stays on the product's page and carries token and target as they are", () => {
    const text = fc.oneof(nasty, fc.string({ unit: 'grapheme' })).map((one) => one.toWellFormed())
    fc.assert(
      fc.property(fc.constantFrom(training, open), text, text, (product, token, target) => {
        const page = new URL(product.landingUrl)
        const url = new URL(landingUrl(product, token, target))
        assert.equal(url.origin + url.pathname, page.origin + page.pathname)
        assert.deepEqual(url.searchParams.getAll('token'), [token])
        assert.deepEqual(url.searchParams.getAll('target'), [target])
      }),
    )
  })
})

describe('findLanding', () => {
  const found = [
    ['a product key', 'training', { product: 'training' }],
    ['a landing URL', training.landingUrl, { product: 'training' }],
    [
      'a landing URL with its port',
      'https://training.example:443/in?from=latchkey',
      {
        product: 'training',
      },
    ],
    [
      'an allowed page',
      `${origin}/courses/7?tab=2`,
      {
        product: 'training',
        target: '/courses/7?tab=2',
      },
    ],
    [
      'an allowed page, its fragment left out',
      `${origin}/courses#top`,
      {
        product: 'training',
        target: '/courses',
      },
    ],
    [
      'an allowed page behind dots',
      `${origin}/x/../courses/7`,
      {
        product: 'training',
        target: '/courses/7',
      },
    ],
    ['the second product', 'https://open.example/any', { product: 'open', target: '/any' }],
  ] as const
  for (const [name, wanted, landing] of found) {
    test(`finds ${name}`, () => {
      assert.deepEqual(findLanding(catalogue, wanted), landing)
    })
  }

  const refused = [
    ['an unknown product', 'nothing'],
    ['a product key in capitals', 'TRAINING'],
    ['a page that is not allowed', `${origin}/admin`],
    ['the landing page with another query', `${origin}/in?from=evil`],
    ['another host', 'https://evil.example/courses'],
    ['a host that ends the same', 'https://evil-training.example/courses'],
    ['a host that begins the same', 'https://training.example.evil.example/courses'],
    ['a host behind a user name', 'https://training.example@evil.example/courses'],
    ['a user name', 'https://ada@training.example/courses'],
    ['a password', 'https://:x@training.example/courses'],
    ['another scheme', 'http://training.example/courses'],
    ['another port', 'https://training.example:8443/courses'],
    ['a path alone', '/courses'],
    ['a script', 'javascript:alert(1)'],
    ['an address that hides the way up', `${origin}/courses/%252e%252e/admin`],
    ['an opaque value', 'ss:mem:4c1f'],
    ['nothing', ''],
    ['a property of every object', '__proto__'],
    ['more than 2,048 characters', `${origin}/courses/`.padEnd(2049, 'x')],
  ] as const
  for (const [name, wanted] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(findLanding(catalogue, wanted), undefined)
    })
  }

  test('takes an address of 2,048 characters', () => {
    assert.ok(findLanding(catalogue, `${origin}/courses/`.padEnd(2048, 'x')))
  })

  test('looks for a page in every product of an origin', () => {
    const second = { ...training, key: 'exams', allowedPaths: ['/exams'] }
    const both: Catalogue = new Map([training, second].map((product) => [product.key, product]))
    const landing = { product: 'exams', target: '/exams/1' }
    assert.deepEqual(findLanding(both, `${origin}/exams/1`), landing)
  })
})

describe('allowedLanding', () => {
  const cases = [
    ['a product alone', 'training', undefined, { product: 'training' }],
    ['an allowed target', 'training', '/courses', { product: 'training', target: '/courses' }],
    ['a target that is not allowed', 'training', '/admin', undefined],
    ['an empty target', 'training', '', undefined],
    ['an unknown product', 'nothing', undefined, undefined],
    ['an unknown product with a target', 'nothing', '/courses', undefined],
  ] as const
  for (const [name, key, target, landing] of cases) {
    test(`${landing ? 'takes' : 'refuses'} ${name}`, () => {
      assert.deepEqual(allowedLanding(catalogue, key, target), landing)
    })
  }
})

describe('landingUrl', () => {
  test("adds the token to the page's own query, before its fragment", () => {
    assert.equal(landingUrl(training, 'a.b'), `${origin}/in?from=latchkey&token=a.b`)
    assert.equal(landingUrl(open, 'a.b'), 'https://open.example/start?token=a.b#top')
  })

  test('adds the target where there is one', () => {
    const url = landingUrl(training, 'a.b', '/courses?tab=2&x=%20')
    assert.equal(
      url,
      `${origin}/in?from=latchkey&token=a.b&target=%2Fcourses%3Ftab%3D2%26x%3D%2520`,
    )
  })
})
