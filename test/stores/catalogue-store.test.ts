import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newAccountId, newCredentialId } from '#shared/ids.ts'
import type { CatalogueStore } from '#shared/products/catalogue-ports.ts'
import { MAX_PRODUCTS, removeProduct, saveProduct } from '#shared/products/change-catalogue.ts'
import { createAccount } from '#shared/products/create-account.ts'
import { issueProductCredential } from '#shared/products/product-credentials.ts'
import type { Product } from '#shared/products/types.ts'
import { sha256 } from '#shared/secrets.ts'
import { readCredential } from '#shared/tokens/product-credential.ts'
import { type House, newHouse } from './new-account.ts'
import { now } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: House
let store: CatalogueStore
before(async () => {
  db = await tables()
  house = await newHouse(db)
  store = dynamoCatalogue(db.directory)
})

/** All tests of this process share the catalogue: what a test puts there, it takes out again. */
const newProduct = (changes: Partial<Product> = {}): Product => ({
  key: `p-${randomUUID()}`,
  name: 'Product',
  landingUrl: 'https://product.example/landing',
  allowedPaths: ['/'],
  ...changes,
})
const find = async (key: string) => (await store.find()).catalogue.get(key)

describe('the catalogue', () => {
  test('takes a product in, its new form, and gives it up', async () => {
    const product = newProduct({ access: 'assigned' })
    const { rev } = await store.find()
    assert.deepEqual(await saveProduct(store, product), { ok: true, value: { isNew: true } })
    assert.deepEqual(await find(product.key), product)
    const renamed = { ...product, name: 'New' }
    assert.deepEqual(await saveProduct(store, renamed), { ok: true, value: { isNew: false } })
    assert.deepEqual(await find(product.key), renamed)
    assert.deepEqual(await removeProduct(store, product.key, now), { ok: true, value: undefined })
    assert.equal(await find(product.key), undefined)
    assert.equal((await store.find()).rev, rev + 3)
    const again = await removeProduct(store, product.key, now)
    assert.deepEqual(again, { ok: false, error: 'product_unknown' })
  })

  test('keeps a product while accounts have seats of it', async () => {
    const product = newProduct()
    await saveProduct(store, product)
    const { catalogue } = await store.find()
    const settings = { name: 'A', overAllocation: 'refuse', seats: { [product.key]: 0 } } as const
    const wanted = { orgId: house.orgId, id: newAccountId(), settings }
    const act = { actor: 'operator', at: now }
    const account = await createAccount(house.accounts, catalogue, wanted, act)
    assert.ok(account.ok)
    const early = await removeProduct(store, product.key, now)
    assert.deepEqual(early, { ok: false, error: 'product_in_use' })
    await house.accounts.remove(account.value, act)
    assert.ok((await removeProduct(store, product.key, now)).ok)
    const late = { ...wanted, id: newAccountId() }
    const refused = await createAccount(house.accounts, catalogue, late, act)
    assert.deepEqual(refused, { ok: false, error: { cause: 'product_unknown' } })
    await saveProduct(store, product)
    const later = await createAccount(house.accounts, catalogue, late, act)
    assert.ok(later.ok)
    await house.accounts.remove(later.value, act)
    await removeProduct(store, product.key, now)
  })

  test('takes changes that come at the same time, one after the other', async () => {
    const products = Array.from({ length: 6 }, () => newProduct())
    const saved = await Promise.all(products.map((product) => saveProduct(store, product)))
    assert.ok(saved.every((one) => one.ok && one.value.isNew))
    const { catalogue } = await store.find()
    assert.ok(products.every(({ key }) => catalogue.has(key)))
    const removed = await Promise.all(products.map(({ key }) => removeProduct(store, key, now)))
    assert.ok(removed.every(({ ok }) => ok))
  })

  test('is changed from what was read only', async () => {
    const before = await store.find()
    const product = newProduct()
    assert.equal(await store.save(before, product), undefined)
    assert.equal(await store.save(before, newProduct()), 'changed_meanwhile')
    assert.equal(await store.remove(before, 'p-1', now), 'changed_meanwhile')
    const configuration = dynamoConfiguration(db.directory)
    const seen = await store.find()
    await configuration.saveProducts([...seen.catalogue.values()])
    assert.equal(await store.save(seen, newProduct()), 'changed_meanwhile')
    await removeProduct(store, product.key, now)
  })

  test('has so many products and no more', async () => {
    const { catalogue } = await store.find()
    const filling = Array.from({ length: MAX_PRODUCTS - catalogue.size }, () => newProduct())
    const configuration = dynamoConfiguration(db.directory)
    await configuration.saveProducts([...catalogue.values(), ...filling])
    const refused = await saveProduct(store, newProduct())
    assert.deepEqual(refused, { ok: false, error: { cause: 'too_many_products' } })
    const known = filling[0] ?? assert.fail()
    assert.ok((await saveProduct(store, { ...known, name: 'New' })).ok)
    await configuration.saveProducts([...catalogue.values()])
  })

  const unfit = [
    ['key', { key: 'Meetings' }],
    ['key', { key: '' }],
    ['key', { key: '-a' }],
    ['landingUrl', { landingUrl: 'http://product.example/' }],
    ['landingUrl', { landingUrl: 'https://user@product.example/' }],
    ['landingUrl', { landingUrl: 'landing' }],
    ['logoutUrl', { logoutUrl: 'javascript:alert(1)' }],
    ['allowedPaths[1]', { allowedPaths: ['/', '//evil.example'] }],
    ['allowedPaths[0]', { allowedPaths: ['courses'] }],
  ] as const
  for (const [field, changes] of unfit) {
    test(`refuses ${JSON.stringify(changes)}`, async () => {
      const refused = await saveProduct(store, newProduct(changes))
      assert.ok(!refused.ok && refused.error.cause === 'product_refused')
      assert.deepEqual(
        refused.error.problems.map((problem) => problem.field),
        [field],
      )
    })
  }

  test('takes pages on the machine itself, for development', async () => {
    const product = newProduct({ landingUrl: 'http://localhost:8080/landing' })
    assert.ok((await saveProduct(store, product)).ok)
    await removeProduct(store, product.key, now)
  })
})

describe('a product credential', () => {
  test('is shown once, found by its hash, listed and revoked', async () => {
    const product = newProduct()
    await saveProduct(store, product)
    const wanted = { product: product.key, label: 'production' }
    const issued = await issueProductCredential(store, wanted, now)
    assert.ok(issued.ok)
    const { credential, ...listed } = issued.value
    const item = await db.read(db.directory, directoryKeys.credential(listed.id))
    assert.equal(item?.['secretHash'], readCredential(credential)?.secretHash)
    assert.ok(!JSON.stringify(item).includes(credential.slice(-43)))
    assert.notEqual(item?.['secretHash'], sha256(''))
    const { rows } = await store.listCredentials({ limit: 100 })
    assert.deepEqual(
      rows.find(({ id }) => id === listed.id),
      listed,
    )
    assert.equal(await store.removeCredential(listed.id), true)
    assert.equal(await store.removeCredential(listed.id), false)
    assert.equal(await db.read(db.directory, directoryKeys.credential(listed.id)), undefined)
    const after = await store.listCredentials({ limit: 100 })
    assert.ok(after.rows.every(({ id }) => id !== listed.id))
    await removeProduct(store, product.key, now)
  })

  test('is refused of a product that is not there', async () => {
    const wanted = { product: 'nothing', label: 'x' }
    const refused = await issueProductCredential(store, wanted, now)
    assert.deepEqual(refused, { ok: false, error: 'product_unknown' })
    assert.equal(await store.removeCredential(newCredentialId()), false)
  })
})
