import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { afterLogout } from '#shared/sign-out/after-logout.ts'
import { products } from './example.ts'

const bye = 'https://meetings.example/bye'

describe('afterLogout', () => {
  const cases = [
    ["the product's page", 'meetings', undefined, bye],
    ['it with a path on the list', 'meetings', '/rooms/7', `${bye}?target=%2Frooms%2F7`],
    ['it without one that is not', 'meetings', '/elsewhere', bye],
    ['it without another host', 'meetings', '//evil.example/rooms', bye],
  ] as const
  for (const [name, product, target, location] of cases) {
    test(`goes to ${name}`, () => {
      const asked = { product, ...(target !== undefined && { target }) }
      assert.deepEqual(afterLogout(products, asked), { kind: 'goes', location })
    })
  }

  test('stays where the product has no page, or is no more', () => {
    const [mute] = [...products.keys()].filter((key) => !products.get(key)?.logoutUrl)
    assert.ok(mute)
    for (const product of [mute, 'gone']) {
      assert.deepEqual(afterLogout(products, { product }), { kind: 'stays' })
    }
  })
})
