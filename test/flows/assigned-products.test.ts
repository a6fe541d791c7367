import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoAccess } from '#shared/aws/access-store.ts'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { type AccountId, newAccountId, type UserId } from '#shared/ids.ts'
import type { Account } from '#shared/products/account.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { removeAccess } from '#shared/products/remove-access.ts'
import type { Rule } from '#shared/products/rules.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { rule } from '#test/shared/products/example.ts'
import { newApiKey } from './admin-client.ts'
import { findTrace, userOf } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { fewestRounds } from './rounds.ts'
import { newTenant } from './tenant.ts'

/** A product of the shared catalogue that only people with a seat may use. */
const PRODUCT = 'support'
const directory = () => process.env['DIRECTORY_TABLE'] ?? ''
const act = () => ({ actor: 'test', nowMs: epochMilliseconds() })

type Redeemed = {
  user: { id: UserId }
  products: { product: string; account: { id: string; reference?: string }; attributes?: object }[]
  attributes?: object
}

/** An organization with an account for the product, and people who sign in to it. */
async function newCustomer(seats = 3, overAllocation: Account['overAllocation'] = 'refuse') {
  const tenant = await newTenant({ attributeNames: { groups: ['team'] } })
  const { orgId } = tenant
  const account: AccountId = newAccountId()
  const settings = { name: 'Main', reference: 'B-77', overAllocation, seats: { [PRODUCT]: seats } }
  const made = { id: account, orgId, ...settings, createdAt: 1, rev: 1 }
  const by = { actor: 'test', at: 1 }
  assert.equal(await dynamoAccounts(directory()).create({ account: made }, by), undefined)
  const keyOf = (userId: UserId) => ({ orgId, account, product: PRODUCT, userId })
  const grant = (userId: UserId) =>
    grantAccess(dynamoAccess(directory()), { ...keyOf(userId), grantedBy: 'admin' }, act())
  const remove = (userId: UserId) => removeAccess(dynamoAccess(directory()), keyOf(userId), act())
  const useRules = async (...rules: readonly Rule[]) => {
    const { rev } = await dynamoRules(directory()).find(orgId)
    await dynamoRules(directory()).save(orgId, { rules, before: rev }, by)
  }
  /** The name decides who it is, so that one person can come again. */
  const arrive = (name: string, groups?: readonly string[], product: string = PRODUCT) => {
    const values = (groups ?? []).map((one) => `<saml:AttributeValue>${one}</saml:AttributeValue>`)
    const attribute = `<saml:Attribute Name="team">${values.join('')}</saml:Attribute>`
    const edit = (xml: string) =>
      groups?.length ? xml.replace('</saml:AttributeStatement>', (end) => attribute + end) : xml
    const email = `${name}@${tenant.domain}`
    return postResponse(tenant, tenant.respond({ nameId: name, email, edit }), product)
  }
  return { tenant, account, grant, remove, useRules, arrive }
}

type Customer = Awaited<ReturnType<typeof newCustomer>>

const userAt = async ({ tenant }: Customer, name: string) =>
  (await userOf(tenant.orgId, `${name}@${tenant.domain}`)) ?? assert.fail('no user')

async function redeemed({ tenant }: Customer, answer: Response) {
  assert.equal(answer.status, 303, await answer.clone().text())
  const response = await redeem(tenant, landingOf(answer).token, PRODUCT)
  assert.equal(response.status, 200)
  return (await response.json()) as Redeemed
}

async function assertWithout({ tenant }: Customer, answer: Response) {
  assert.equal(answer.status, 403)
  const page = await answer.text()
  assert.match(page, /You do not have Remote support yet/)
  assert.match(page, /administrator of your organization/)
  const [traceId = ''] = /trc_[0-9a-f]{32}/.exec(page) ?? []
  const trace = await findTrace(tenant.orgId, traceId)
  assert.equal(trace?.cause, 'no_product_access')
  assert.equal(trace?.got, PRODUCT)
  assert.equal(trace?.stage, 'account')
}

describe('a product that is assigned', () => {
  let customer: Customer
  before(async () => {
    customer = await newCustomer()
  })

  test('cannot be come to without a seat, and can with one', async () => {
    const name = randomUUID()
    await assertWithout(customer, await customer.arrive(name))
    const userId = await userAt(customer, name)
    await assertWithout(customer, await customer.arrive(name))
    assert.ok((await customer.grant(userId)).ok)
    const identity = await redeemed(customer, await customer.arrive(name))
    assert.equal(identity.user.id, userId)
    assert.deepEqual(identity.products, [
      { product: PRODUCT, account: { id: customer.account, reference: 'B-77' } },
    ])
    await customer.remove(userId)
    await assertWithout(customer, await customer.arrive(name))
  })

  test('leaves people in at products for everyone', async () => {
    const name = randomUUID()
    const answer = await customer.arrive(name, undefined, 'meetings')
    const response = await redeem(customer.tenant, landingOf(answer).token)
    const identity = (await response.json()) as Redeemed
    assert.deepEqual(identity.products, [])
  })

  test('is not redeemed for by who has lost the seat meanwhile', async () => {
    const name = randomUUID()
    await customer.arrive(name)
    const userId = await userAt(customer, name)
    await customer.grant(userId)
    const { token } = landingOf(await customer.arrive(name))
    await customer.remove(userId)
    const response = await redeem(customer.tenant, token, PRODUCT)
    assert.equal(response.status, 400)
    assert.deepEqual(await response.json(), { error: 'invalid_grant' })
  })

  test('refuses a response that was sent before, whatever the seats', async () => {
    const name = randomUUID()
    await customer.arrive(name)
    await customer.grant(await userAt(customer, name))
    const { tenant } = customer
    const response = tenant.respond({ nameId: name, email: `${name}@${tenant.domain}` })
    assert.equal((await postResponse(tenant, response, PRODUCT)).status, 303)
    const again = await postResponse(tenant, response, PRODUCT)
    assert.equal(again.status, 403)
    assert.doesNotMatch(await again.text(), /You do not have/)
  })
})

describe('people who come and go', () => {
  const sendTo = async (customer: Customer, method: string, path: string, body?: object) => {
    const { stack, orgId } = customer.tenant
    const key = await newApiKey(orgId, 'admin')
    const response = await fetch(`${stack.url}/orgs/${orgId}/users${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, id: /usr_[0-9a-f]{32}/.exec(text)?.[0] as UserId }
  }

  test('free their seat when they are deleted, and are given it again when they are restored', async () => {
    const customer = await newCustomer(1, 'queue')
    const [leaver, waiting] = [randomUUID(), randomUUID()]
    for (const name of [leaver, waiting]) {
      await customer.arrive(name)
      await customer.grant(await userAt(customer, name))
    }
    await assertWithout(customer, await customer.arrive(waiting))
    const userId = await userAt(customer, leaver)
    const email = `${leaver}@${customer.tenant.domain}`
    const gone = await sendTo(customer, 'DELETE', `/${userId}?confirm=${email}`)
    assert.equal(gone.status, 204, gone.text)
    await redeemed(customer, await customer.arrive(waiting))
    const back = await sendTo(customer, 'POST', `/${userId}/restore`)
    assert.equal(back.status, 200, back.text)
    await assertWithout(customer, await customer.arrive(leaver))
    await customer.remove(await userAt(customer, waiting))
    const identity = await redeemed(customer, await customer.arrive(leaver))
    assert.equal(identity.user.id, userId)
  })

  test('come to a product at their first sign-in where they were given a seat before', async () => {
    const customer = await newCustomer(1)
    const name = randomUUID()
    const email = `${name}@${customer.tenant.domain}`
    const made = await sendTo(customer, 'POST', '', { email })
    assert.equal(made.status, 201, made.text)
    assert.ok((await customer.grant(made.id)).ok)
    const identity = await redeemed(customer, await customer.arrive(name))
    assert.equal(identity.user.id, made.id)
  })

  test('keep their seat while they are suspended', async () => {
    const customer = await newCustomer(1)
    const [away, other] = [randomUUID(), randomUUID()]
    for (const name of [away, other]) await customer.arrive(name)
    const userId = await userAt(customer, away)
    await customer.grant(userId)
    await sendTo(customer, 'POST', `/${userId}/suspend`)
    const refused = await customer.arrive(away)
    assert.equal(refused.status, 403)
    assert.doesNotMatch(await refused.text(), /You do not have/)
    assert.deepEqual(await customer.grant(await userAt(customer, other)), {
      ok: false,
      error: 'no_seats',
    })
    await sendTo(customer, 'POST', `/${userId}/reactivate`)
    await redeemed(customer, await customer.arrive(away))
  })
})

describe('group rules at the sign-in', () => {
  let customer: Customer
  before(async () => {
    customer = await newCustomer()
    const grants = [{ account: customer.account, product: PRODUCT }]
    const attributes = { [PRODUCT]: { role: 'agent' }, meetings: { tier: 'gold' } }
    await customer.useRules(rule(1, 'helpers', { grants, attributes }))
  })

  test('give a seat at the first one, and take it once the group is left', async () => {
    const name = randomUUID()
    const identity = await redeemed(customer, await customer.arrive(name, ['x', 'helpers']))
    assert.deepEqual(identity.attributes, { role: 'agent' })
    assert.deepEqual(identity.products, [
      {
        product: PRODUCT,
        account: { id: customer.account, reference: 'B-77' },
        attributes: { role: 'agent' },
      },
    ])
    const told = await customer.tenant.running.events.waitFor(
      ({ type, subject }) =>
        type === 'latchkey.product-access.granted.v1' && subject === identity.user.id,
      1,
    )
    assert.equal(told[0]?.data['grantedBy'], 'rul_1')
    assert.equal(told[0]?.data['accountId'], customer.account)
    await redeemed(customer, await customer.arrive(name, ['helpers', 'x']))
    await assertWithout(customer, await customer.arrive(name, ['x']))
    await redeemed(customer, await customer.arrive(name, ['helpers']))
    await assertWithout(customer, await customer.arrive(name))
    await customer.tenant.running.events.waitFor(
      ({ type, subject }) =>
        type === 'latchkey.product-access.removed.v1' && subject === identity.user.id,
      2,
    )
  })

  test('leave what an admin gave', async () => {
    const name = randomUUID()
    await customer.arrive(name, ['x'])
    await customer.grant(await userAt(customer, name))
    await redeemed(customer, await customer.arrive(name, ['helpers']))
    await redeemed(customer, await customer.arrive(name, ['x']))
    await customer.remove(await userAt(customer, name))
  })

  test('change nothing by a response that was sent before', async () => {
    const name = randomUUID()
    const { tenant } = customer
    const attribute =
      '<saml:Attribute Name="team"><saml:AttributeValue>helpers</saml:AttributeValue></saml:Attribute>'
    const edit = (xml: string) =>
      xml.replace('</saml:AttributeStatement>', (end) => attribute + end)
    const email = `${name}@${tenant.domain}`
    const former = tenant.respond({ nameId: name, email, edit })
    await redeemed(customer, await postResponse(tenant, former, PRODUCT))
    await assertWithout(customer, await customer.arrive(name, ['x']))
    assert.equal((await postResponse(tenant, former, PRODUCT)).status, 403)
    await assertWithout(customer, await customer.arrive(name, ['x']))
  })

  test('give no more seats than there are', async () => {
    const small = await newCustomer(1)
    const grants = [{ account: small.account, product: PRODUCT }]
    await small.useRules(rule(1, 'helpers', { grants }))
    const names = Array.from({ length: 4 }, () => randomUUID())
    const answers = await Promise.all(names.map((name) => small.arrive(name, ['helpers'])))
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [303, 403, 403, 403],
    )
    const winner = names[answers.findIndex(({ status }) => status === 303)] ?? ''
    const loser = names.find((name) => name !== winner) ?? ''
    await small.arrive(winner, ['x'])
    await redeemed(small, await small.arrive(loser, ['helpers']))
  })

  test('let a queue of an account go on', async () => {
    const queueing = await newCustomer(1, 'queue')
    const grants = [{ account: queueing.account, product: PRODUCT }]
    await queueing.useRules(rule(1, 'helpers', { grants }))
    const [first, second] = [randomUUID(), randomUUID()]
    await redeemed(queueing, await queueing.arrive(first, ['helpers']))
    await assertWithout(queueing, await queueing.arrive(second, ['helpers']))
    await assertWithout(queueing, await queueing.arrive(first, ['x']))
    await redeemed(queueing, await queueing.arrive(second, ['helpers']))
  })
})

describe('round trips to AWS of an assigned product', () => {
  test('are two at the ACS once rules have decided, and two at the redeem', async () => {
    const customer = await newCustomer(9)
    const { stack } = customer.tenant
    const grants = [{ account: customer.account, product: PRODUCT }]
    await customer.useRules(rule(1, 'helpers', { grants }))
    await customer.arrive('warm', ['helpers'])
    const { fewest, count } = fewestRounds(stack, ['again', 'redeem', 'changed'])
    for (let play = 0; play < 4; play++) {
      const answer = await count('again', 'saml-acs', () => customer.arrive('warm', ['helpers']))
      const { token } = landingOf(answer)
      const redeeming = () => redeem(customer.tenant, token, PRODUCT)
      assert.equal((await count('redeem', 'tokens-redeem', redeeming)).status, 200)
      const groups = ['helpers', `x${play}`]
      await count('changed', 'saml-acs', () => customer.arrive('changing', groups))
    }
    assert.deepEqual({ ...fewest, changed: 0 }, { again: 2, redeem: 2, changed: 0 })
    assert.ok(fewest.changed <= 8, `${fewest.changed} where the groups are others`)
  })
})
