import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isProductHost } from '#shared/orgs/product-host.ts'

const name253 = `${'a'.repeat(61)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`

describe('isProductHost', () => {
  const taken = [
    'meet.acme.example',
    'meet.acme.example:8443',
    'xn--bcher-kva.example',
    '1.meet.example',
    'localhost:3000',
    '127.0.0.1:8080',
    name253,
  ]
  for (const host of taken) {
    test(`takes ${host.slice(0, 30)}`, () => {
      assert.equal(isProductHost(host), true)
    })
  }

  const refused = [
    ['nothing', ''],
    ['a name without a dot', 'meet'],
    ['this machine without a port', 'localhost'],
    ['an address without a port', '127.0.0.1'],
    ['an address', '192.0.2.1:8443'],
    ['an IPv6 address', '[::1]:3000'],
    ['capitals', 'Meet.acme.example'],
    ['letters that are no ASCII', 'bücher.example'],
    ['punycode that is none', 'xn--.example'],
    ['a dot at the end', 'meet.acme.example.'],
    ['two dots', 'meet..example'],
    ['a hyphen at an edge', '-meet.example'],
    ['an underscore', 'meet_1.example'],
    ['a number at the end', 'meet.123'],
    ['the port that everybody takes', 'meet.example:443'],
    ['no port behind the colon', 'meet.example:'],
    ['a port with a zero before it', 'meet.example:08443'],
    ['a port that there is not', 'meet.example:65536'],
    ['port 0', 'localhost:0'],
    ['a path', 'meet.example/in'],
    ['a query', 'meet.example?a'],
    ['a fragment', 'meet.example#a'],
    ['somebody before it', 'ada@meet.example'],
    ['a scheme', 'https://meet.example'],
    ['a backslash', 'meet.example\\a'],
    ['white space', ' meet.example'],
    ['a line behind it', 'meet.example\n'],
    ['a label of 64', `${'a'.repeat(64)}.example`],
    ['a name of 254', `a${name253}`],
  ] as const
  for (const [what, host] of refused) {
    test(`refuses ${what}`, () => {
      assert.equal(isProductHost(host), false)
    })
  }

  test('takes nothing that is more or other than a host where browsers read it', () => {
    const part = fc.constantFrom(
      'a',
      'b-c',
      'acme',
      'example',
      '.',
      ':',
      '1',
      '8443',
      '@',
      '/',
      '%',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 12 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (host) => {
        if (!isProductHost(host)) return
        const url = new URL(`https://${host}/in?a=1`)
        assert.deepEqual([url.host, url.pathname, url.username], [host, '/in', ''])
      }),
    )
  })
})
