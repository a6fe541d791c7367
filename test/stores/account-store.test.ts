import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newAccountId, newOrgId } from '#shared/ids.ts'
import { type Account, MAX_ACCOUNT_PRODUCTS, MAX_ACCOUNTS } from '#shared/products/account.ts'
import { changeAccount, removeAccount } from '#shared/products/change-account.ts'
import { createAccount } from '#shared/products/create-account.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { removeAccess } from '#shared/products/remove-access.ts'
import type { Product } from '#shared/products/types.ts'
import { act as accessAct, type House, newHouse } from './new-account.ts'
import { now } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: House
before(async () => {
  db = await tables()
  house = await newHouse(db)
})

const act = { actor: 'operator', at: now }
const keys = [...Array(MAX_ACCOUNT_PRODUCTS * 2).keys()].map((index) => `product-${index}`)
const catalogue = new Map(['meetings', 'training', ...keys].map((key) => [key, { key } as Product]))
const settings = {
  name: 'Acme main',
  reference: 'B-1',
  overAllocation: 'refuse',
  seats: { meetings: 5 },
} as const
const seatsFor = (products: readonly string[]) =>
  Object.fromEntries(products.map((product) => [product, 1]))
const typeOf = async ({ orgId, id }: Account) => {
  const item = await db.read(db.directory, directoryKeys.account(orgId, id))
  return (item?.['evt'] as { type: string } | undefined)?.type
}
const usesOf = async (product: string) =>
  Number((await db.read(db.directory, directoryKeys.productUse(product)))?.['accounts'] ?? 0)

async function created(changes: Partial<Account> = {}, callHash?: string) {
  const wanted = { orgId: house.orgId, id: newAccountId(), callHash }
  const all = { ...settings, ...changes }
  const made = await createAccount(house.accounts, catalogue, { ...wanted, settings: all }, act)
  assert.ok(made.ok)
  return made.value
}

const change = ({ orgId, id }: Account, changes: Partial<Account>) =>
  changeAccount(
    house,
    catalogue,
    { orgId, id, change: (account) => ({ ...account, ...changes }) },
    act,
  )

describe('an account', () => {
  test('is made with counts of its seats, and found and listed then', async () => {
    const uses = await usesOf('training')
    const account = await created({ seats: { meetings: 5, training: 0 } })
    assert.deepEqual(await house.accounts.find(house.orgId, account.id), account)
    assert.equal(await typeOf(account), 'latchkey.account.created.v1')
    const counts = await house.accounts.listCounts(house.orgId)
    const empty = { account: account.id, used: 0, waiting: 0 }
    assert.deepEqual(
      counts.filter((count) => count.account === account.id),
      [
        { ...empty, product: 'meetings', seats: 5 },
        { ...empty, product: 'training', seats: 0 },
      ],
    )
    assert.equal(await usesOf('training'), uses + 1)
    const rows = await house.accounts.list(house.orgId)
    assert.ok(rows.some(({ id }) => id === account.id))
    assert.equal(await house.accounts.find(newOrgId(), account.id), undefined)
  })

  test('is made once by a call that comes again, and refused to another call', async () => {
    const account = await created({}, 'hash-1')
    const wanted = { orgId: house.orgId, id: account.id, settings }
    const again = await createAccount(
      house.accounts,
      catalogue,
      { ...wanted, callHash: 'hash-1' },
      act,
    )
    assert.deepEqual(again, { ok: true, value: account })
    const other = await createAccount(
      house.accounts,
      catalogue,
      { ...wanted, callHash: 'hash-2' },
      act,
    )
    assert.deepEqual(other, { ok: false, error: { cause: 'key_reused' } })
  })

  test('is refused of an organization that is not there', async () => {
    const wanted = { orgId: newOrgId(), id: newAccountId(), settings }
    const refused = await createAccount(house.accounts, catalogue, wanted, act)
    assert.deepEqual(refused, { ok: false, error: { cause: 'organization_unknown' } })
  })

  const unfit = [
    ['an unknown product', { nothing: 1 }, [{ field: 'seats.nothing', cause: 'product_unknown' }]],
    [
      'half a seat',
      { meetings: 0.5 },
      [{ field: 'seats.meetings', cause: 'malformed', want: '0..10000000' }],
    ],
    [
      'too many products',
      seatsFor(keys.slice(0, MAX_ACCOUNT_PRODUCTS + 1)),
      [{ field: 'seats', cause: 'too_many', want: '<=24' }],
    ],
  ] as const
  for (const [name, seats, problems] of unfit) {
    test(`is refused with ${name}`, async () => {
      const wanted = { orgId: house.orgId, id: newAccountId(), settings: { ...settings, seats } }
      const refused = await createAccount(house.accounts, catalogue, wanted, act)
      assert.deepEqual(refused, { ok: false, error: { cause: 'account_refused', problems } })
      const account = await created()
      const changed = await change(account, { seats })
      assert.deepEqual(changed, { ok: false, error: { cause: 'account_refused', problems } })
    })
  }

  test('is changed under its revision, with the counts of its seats', async () => {
    const account = await created()
    const uses = [await usesOf('meetings'), await usesOf('training')]
    const changed = await change(account, { name: 'New', seats: { training: 2 } })
    assert.ok(changed.ok)
    const { reference: _, ...rest } = changed.value
    assert.deepEqual(rest, {
      ...{ id: account.id, orgId: house.orgId, name: 'New', overAllocation: 'refuse' },
      ...{ seats: { training: 2 }, createdAt: now, rev: 2 },
    })
    assert.equal(await typeOf(account), 'latchkey.account.updated.v1')
    const counts = await house.accounts.listCounts(house.orgId)
    assert.deepEqual(
      counts.filter((count) => count.account === account.id).map(({ product }) => product),
      ['training'],
    )
    assert.deepEqual(
      [await usesOf('meetings'), await usesOf('training')],
      [Number(uses[0]) - 1, Number(uses[1]) + 1],
    )
    const stale = await house.accounts.change(account, settings, act)
    assert.equal(stale, 'changed_meanwhile')
  })

  test('takes changes that come at the same time, one after the other', async () => {
    const account = await created({ seats: seatsFor(keys.slice(0, 6)) })
    const changed = await Promise.all(
      keys.slice(0, 6).map((product) =>
        changeAccount(
          house,
          catalogue,
          {
            ...{ orgId: house.orgId, id: account.id },
            change: ({ seats, ...rest }) => ({ ...rest, seats: { ...seats, [product]: 7 } }),
          },
          act,
        ),
      ),
    )
    assert.ok(changed.every(({ ok }) => ok))
    const found = await house.accounts.find(house.orgId, account.id)
    assert.deepEqual(Object.values(found?.seats ?? {}), Array(6).fill(7))
    assert.equal(found?.rev, 7)
  })

  test('can lose what can be absent, and change all of its products at once', async () => {
    const account = await created({ seats: seatsFor(keys.slice(0, MAX_ACCOUNT_PRODUCTS)) })
    const { reference: _, ...without } = settings
    const seats = seatsFor(keys.slice(MAX_ACCOUNT_PRODUCTS))
    const { orgId, id } = account
    const wanted = { orgId, id, change: () => ({ ...without, seats }) }
    assert.ok((await changeAccount(house, catalogue, wanted, act)).ok)
    const found = await house.accounts.find(orgId, id)
    assert.deepEqual(found?.seats, seats)
    assert.equal(found?.reference, undefined)
  })

  test('is removed once nobody has, or waits for, one of its seats', async () => {
    const account = await created({ overAllocation: 'queue', seats: { meetings: 0 } })
    const uses = await usesOf('meetings')
    const key = house.keyOf(account.id, await house.user())
    await grantAccess(house.access, { ...key, grantedBy: 'admin' }, accessAct)
    const { orgId, id } = account
    const early = await removeAccount(house.accounts, { orgId, id }, act)
    assert.deepEqual(early, { ok: false, error: 'seats_in_use' })
    const dropped = await change(account, { seats: {} })
    assert.deepEqual(dropped, { ok: false, error: { cause: 'seats_in_use' } })
    await removeAccess(house.access, key, accessAct)
    assert.ok((await removeAccount(house.accounts, { orgId, id }, act)).ok)
    const again = await removeAccount(house.accounts, { orgId, id }, act)
    assert.deepEqual(again, { ok: false, error: 'account_unknown' })
    assert.equal(await typeOf(account), 'latchkey.account.removed.v1')
    assert.equal(await usesOf('meetings'), uses - 1)
    const rows = await house.accounts.list(orgId)
    assert.ok(rows.every((row) => row.id !== id))
  })

  test('is one of so many of its organization, and no more', async () => {
    const full = await newHouse(db)
    const creations = Array.from({ length: MAX_ACCOUNTS + 3 }, () => {
      const wanted = { orgId: full.orgId, id: newAccountId(), settings }
      return createAccount(full.accounts, catalogue, wanted, act)
    })
    const outcomes = await Promise.all(creations)
    const refused = outcomes.flatMap((one) => (one.ok ? [] : one.error.cause))
    assert.deepEqual(refused, Array(3).fill('too_many_accounts'))
    assert.equal((await full.accounts.list(full.orgId)).length, MAX_ACCOUNTS)
  })
})
