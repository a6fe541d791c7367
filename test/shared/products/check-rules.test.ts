import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRules } from '#shared/products/check-rules.ts'
import type { Rule } from '#shared/products/rules.ts'
import type { Product } from '#shared/products/types.ts'
import { account, main, other, rule } from './example.ts'

const known = {
  accounts: new Map([[main, account(main, { seats: { meetings: 0 } })]]),
  catalogue: new Map([['meetings', { key: 'meetings' } as Product]]),
}
const good = rule(1, 'staff', {
  grants: [{ account: main, product: 'meetings' }],
  attributes: { meetings: { role: 'host' } },
})

test('checkRules finds nothing wrong with rules that can be used', () => {
  assert.deepEqual(checkRules([good, rule(2, 'staff')], known), [])
  assert.deepEqual(checkRules([], known), [])
})

const many = (count: number) => [...Array(count).keys()].map((order) => rule(order, 'staff'))
const names = (count: number) =>
  Object.fromEntries([...Array(count).keys()].map((index) => [`name${index}`, 'x']))
const unfit: readonly (readonly [string, readonly Rule[], readonly object[]])[] = [
  ['too many rules', many(201), [{ field: 'rules', cause: 'too_many', want: '<=200' }]],
  [
    'a number that is taken',
    [good, { ...rule(1, 'sales'), id: 'rul_2' }],
    [{ field: 'rules[1].order', cause: 'taken' }],
  ],
  [
    'an id that is taken',
    [good, { ...rule(2, 'sales'), id: 'rul_1' }],
    [{ field: 'rules[1].id', cause: 'taken' }],
  ],
  [
    'an account that is not there',
    [rule(1, 'staff', { grants: [{ account: other, product: 'meetings' }] })],
    [{ field: 'rules[0].grants[0].account', cause: 'account_unknown' }],
  ],
  [
    'a product that the account has no seats of',
    [rule(1, 'staff', { grants: [{ account: main, product: 'training' }] })],
    [{ field: 'rules[0].grants[0].product', cause: 'account_without_product' }],
  ],
  [
    'values for a product that is not there',
    [rule(1, 'staff', { attributes: { training: { role: 'host' } } })],
    [{ field: 'rules[0].attributes.training', cause: 'product_unknown' }],
  ],
  [
    'too many values',
    [rule(1, 'staff', { attributes: { meetings: names(51) } })],
    [{ field: 'rules[0].attributes', cause: 'too_many', want: '<=50' }],
  ],
]
for (const [name, rules, problems] of unfit) {
  test(`checkRules finds ${name}`, () => {
    assert.deepEqual(checkRules(rules, known), problems)
  })
}

test('checkRules finds that it is too much in all', () => {
  const long = { meetings: Object.fromEntries([['role', 'x'.repeat(2000)]]) }
  const rules = many(140).map((one) => ({ ...one, attributes: long }))
  const [problem] = checkRules(rules, known)
  assert.equal(problem?.cause, 'too_large')
})
