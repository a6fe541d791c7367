import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoCatalogue } from '#shared/aws/catalogue-store.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { cursorOf } from '#shared/http/paging.ts'
import { newAccountId, newOrgId, newUserId } from '#shared/ids.ts'
import { MAX_PRODUCTS } from '#shared/products/change-catalogue.ts'
import { type OperatorAnswer, operatorCalls } from '#test/functions/operator-calls.ts'
import { houseOf } from '#test/stores/new-account.ts'
import { now } from '#test/stores/new-sign-in.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { newAdmin } from './admin-client.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

let admin: Admin
let db: Tables
let call: ReturnType<typeof operatorCalls>
let path: string
before(async () => {
  db = await tables()
  admin = await newAdmin()
  call = operatorCalls(admin.stack)
  path = `/operator/orgs/${admin.orgId}`
})

function assertProblem({ status, body }: OperatorAnswer, want: number, cause: string) {
  assert.deepEqual([status, body['type']], [want, `urn:latchkey:problem:${cause}`])
}

const settings = {
  name: 'Product',
  landingUrl: 'https://product.example/landing',
  allowedPaths: ['/'],
}

/** A product that no other test has; to be removed again, as all tests share the catalogue. */
async function newProduct() {
  const key = `p-${randomUUID()}`
  const { status } = await call('PUT', `/operator/products/${key}`, { body: settings })
  assert.equal(status, 200)
  return { key, remove: () => call('DELETE', `/operator/products/${key}`) }
}

const newAccount = (seats: Record<string, number>) =>
  call('POST', `${path}/accounts`, { body: { name: 'Main', seats } })

describe('accounts', () => {
  test('keep the seats that people have, and go once nobody has one', async () => {
    const { body: account } = await newAccount({ meetings: 2 })
    const of = `${path}/accounts/${account['id']}`
    const made = await admin.call('POST', '/users', { body: { email: `ada@${admin.domain}` } })
    const seat = `/accounts/${account['id']}/products/meetings/users/${made.body['id']}`
    assert.equal((await admin.call('PUT', seat)).status, 200)
    const body = { seats: { meetings: 0 } }
    assertProblem(await call('PATCH', of, { body }), 409, 'seats_in_use')
    assertProblem(await call('DELETE', of), 409, 'seats_in_use')
    assert.equal((await admin.call('DELETE', seat)).status, 204)
    assert.deepEqual(await call('DELETE', of), { status: 204, body: {} })
    assertProblem(await call('DELETE', of), 404, 'account_unknown')
    const { accounts } = (await call('GET', `${path}/accounts`)).body
    assert.ok((accounts as { id: string }[]).every(({ id }) => id !== account['id']))
  })

  test('get no seats of a product that goes at the same moment', async () => {
    const product = await newProduct()
    const { body: account } = await newAccount({})
    const use = directoryKeys.productUse(product.key)
    // As between the read of the catalogue and the write of the account.
    await db.put(db.directory, { ...use, removedAt: now })
    const body = { seats: { [product.key]: 1 } }
    const changed = await call('PATCH', `${path}/accounts/${account['id']}`, { body })
    assertProblem(changed, 422, 'product_unknown')
    assertProblem(await newAccount({ [product.key]: 1 }), 422, 'product_unknown')
    assert.equal((await product.remove()).status, 204)
  })

  test('are made once for an Idempotency-Key, which stands for one call', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const body = { name: 'One', seats: {} }
    const made = await call('POST', `${path}/accounts`, { headers, body })
    assert.deepEqual(await call('POST', `${path}/accounts`, { headers, body }), made)
    const other = await call('POST', `${path}/accounts`, {
      headers,
      body: { ...body, name: 'Two' },
    })
    assertProblem(other, 422, 'key_reused')
  })

  test('are fifty of an organization at most', async () => {
    const { orgId } = await newAdmin()
    const house = houseOf(db, orgId)
    const act = { actor: 'operator', at: now }
    for (let count = 1; count <= 50; count += 1) {
      const account = { name: 'A', overAllocation: 'refuse', seats: {}, createdAt: now } as const
      const created = { account: { ...account, id: newAccountId(), orgId, rev: 1 } }
      assert.equal(await house.accounts.create(created, act), undefined)
    }
    const body = { name: 'One more', seats: {} }
    const refused = await call('POST', `/operator/orgs/${orgId}/accounts`, { body })
    assertProblem(refused, 409, 'too_many_accounts')
  })
})

describe('products', () => {
  test('stay while an account has seats of them', async () => {
    const product = await newProduct()
    const { body: account } = await newAccount({ [product.key]: 0 })
    assertProblem(await product.remove(), 409, 'product_in_use')
    assert.equal((await call('DELETE', `${path}/accounts/${account['id']}`)).status, 204)
    assert.equal((await product.remove()).status, 204)
  })

  test('are two hundred at most', async () => {
    const configuration = dynamoConfiguration(db.directory)
    const { catalogue } = await dynamoCatalogue(db.directory).find()
    const filling = Array.from({ length: MAX_PRODUCTS - catalogue.size }, (_, index) => ({
      ...{ key: `filling-${index}`, ...settings },
    }))
    await configuration.saveProducts([...catalogue.values(), ...filling])
    try {
      const refused = await call('PUT', `/operator/products/p-${randomUUID()}`, { body: settings })
      assertProblem(refused, 409, 'too_many_products')
    } finally {
      await configuration.saveProducts([...catalogue.values()])
    }
  })
})

describe('organizations', () => {
  test('have no default product that there is not', async () => {
    const changed = await call('PATCH', path, { body: { defaultProduct: 'nothing' } })
    assertProblem(changed, 422, 'product_unknown')
  })

  test('have fifty API keys at most', async () => {
    const { orgId } = await newAdmin()
    const one = () => call('POST', `/operator/orgs/${orgId}/api-keys`, { body: { label: 'Key' } })
    let answer = await one()
    for (let count = 1; answer.status === 201 && count <= 50; count += 1) answer = await one()
    assertProblem(answer, 409, 'too_many_api_keys')
  })
})

/** Lets one write of a function through, and no other, while a call is made. */
async function withOneWrite<T>(name: string, act: () => Promise<T>): Promise<T> {
  const { faults } = admin.stack
  let writes = 0
  faults.onCall = ({ functionName, operation }) => {
    if (functionName !== name || operation !== 'TransactWriteItems') return undefined
    writes += 1
    return writes > 1 ? 'fail-before' : undefined
  }
  try {
    return await act()
  } finally {
    faults.onCall = undefined
  }
}

describe('an organization whose first administrator could not be invited at once', () => {
  test('is there, and the call that comes again says who has the address by now', async () => {
    const domain = `${randomUUID()}.example`
    const email = `ada@${domain}`
    const name = `Acme ${randomUUID()}`
    const body = { name, defaultProduct: 'meetings', domains: [domain], firstAdmin: { email } }
    const headers = { 'idempotency-key': randomUUID() }
    const create = () => call('POST', '/operator/orgs', { headers, body })
    assertProblem(await withOneWrite('operator-orgs', create), 500, 'server_error')

    const found = await call('GET', `/operator/orgs?name=${encodeURIComponent(name)}`)
    const [{ id } = assert.fail('it is not there')] = found.body['organizations'] as {
      id: string
    }[]
    const key = await call('POST', `/operator/orgs/${id}/api-keys`, { body: { label: 'First' } })
    const made = await fetch(`${admin.stack.url}/orgs/${id}/users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.body['secret']}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ email }),
    })
    assert.equal(made.status, 201)
    assertProblem(await create(), 409, 'email_in_use')
  })
})

describe('an export', () => {
  test('goes on nowhere but in a list that it has: it would end there, and seem whole', async () => {
    const of = (cursor: string) => call('GET', `${path}/export?cursor=${cursor}`)
    for (const place of ['nothing:', 'constructor:', 'idps', ':', 'trace:a']) {
      assertProblem(await of(cursorOf(place)), 422, 'request_refused')
    }
    assert.equal((await of(cursorOf('name:'))).status, 200)
  })
})

describe('an import', () => {
  const newImport = () => randomBytes(16).toString('hex')
  const take = (orgId: string, importId: string, items: object[]) =>
    call('POST', `/operator/orgs/${orgId}/import`, {
      body: { import: importId, version: 1, items },
    })
  const finish = (orgId: string, importId: string) =>
    call('POST', `/operator/orgs/${orgId}/import/finish`, { body: { import: importId } })

  test('begins with the organization, and holds nothing of another one', async () => {
    const orgId = newOrgId()
    const address = { sk: 'ada@acme.example', userId: newUserId() }
    const own = { ...address, pk: `org#${orgId}#email`, orgId }
    assertProblem(await take(orgId, newImport(), [own]), 422, 'organization_missing')
    const foreign = { ...address, pk: `org#${admin.orgId}#email`, orgId: admin.orgId }
    assertProblem(await take(orgId, newImport(), [foreign]), 422, 'items_foreign')
  })

  test('is finished where it was begun, and whole', async () => {
    const orgId = newOrgId()
    const importId = newImport()
    assertProblem(await finish(orgId, importId), 404, 'import_unknown')
    const items = [{ ...directoryKeys.organization(orgId), orgId, name: 'Acme' }]
    const page = () => take(orgId, importId, items)
    assertProblem(await withOneWrite('operator-import', page), 500, 'server_error')
    assertProblem(await finish(orgId, importId), 409, 'import_incomplete')
  })
})
