import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkProduct } from '#shared/products/check-product.ts'

const good = {
  key: 'meetings',
  name: 'Meetings',
  landingUrl: 'https://meetings.example/',
  allowedPaths: ['/'],
}

describe('checkProduct', () => {
  test('finds nothing wrong with a product', () => {
    assert.deepEqual(checkProduct(good), [])
  })

  test('keeps the key of the Organization Center for ourselves', () => {
    const key = 'organization-center'
    assert.deepEqual(checkProduct({ ...good, key }), [
      { field: 'key', cause: 'reserved', got: key },
    ])
    assert.deepEqual(checkProduct({ ...good, key: `${key}-2` }), [])
  })
})
