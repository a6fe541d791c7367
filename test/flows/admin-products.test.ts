import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoGroups } from '#shared/aws/group-store.ts'
import { newAccountId, newIdpId, newRuleId, newUserId, type UserId } from '#shared/ids.ts'
import type { Account } from '#shared/products/account.ts'
import { groupsDigest } from '#shared/products/groups-digest.ts'
import { houseOf } from '#test/stores/new-account.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { type Answer, newAdmin, tagOf } from './admin-client.ts'

type Body = Record<string, unknown>

/** An organization with a provider that asserts groups, and people in them. */
async function newCustomer(db: Tables) {
  const admin = await newAdmin()
  const house = houseOf(db, admin.orgId)
  const idpId = newIdpId()
  await db.put(db.directory, { ...directoryKeys.listedIdp(admin.orgId, idpId), idpId })
  const account = (changes: Partial<Account> = {}) =>
    house.account({ seats: { support: 2, training: 2 }, reference: 'B-1', ...changes })

  async function member(...names: readonly string[]): Promise<UserId> {
    const userId = await house.user()
    const kept = { idpId, names, digest: groupsDigest(names), at: 1_772_619_330 }
    await dynamoGroups(db.directory).saveGroups({ orgId: admin.orgId, userId }, kept)
    return userId
  }

  async function useRules(...rules: readonly Body[]) {
    const { call } = admin
    const tag = tagOf(await call('GET', '/group-rules'))
    const headers = { 'if-match': tag }
    return call('PUT', '/group-rules', { headers, body: { rules } })
  }
  return { ...admin, db, house, idpId, account, member, useRules }
}

type Customer = Awaited<ReturnType<typeof newCustomer>>

const users = ({ id }: Account, product = 'support') => `/accounts/${id}/products/${product}/users`
const causeOf = ({ body }: Answer) => String(body['type']).replace('urn:latchkey:problem:', '')
const listed = ({ body }: Answer, name: string) => body[name] as Body[]

let customer: Customer
before(async () => {
  customer = await newCustomer(await tables())
})

describe('products and accounts', () => {
  test('are looked at by readers, with their seats', async () => {
    const { call, keys, account, member } = await newCustomer(await tables())
    const one = await account({ overAllocation: 'queue', seats: { support: 1, training: 2 } })
    const other = await account({ seats: { support: 4 } })
    for (const userId of [await member(), await member()]) {
      assert.equal((await call('PUT', `${users(one)}/${userId}`)).status, 200)
    }
    const key = keys.reader
    const { body } = await call('GET', `/accounts/${one.id}`, { key })
    const { createdAt: _, ...shown } = body
    assert.deepEqual(shown, {
      id: one.id,
      name: 'Acme main',
      reference: 'B-1',
      overAllocation: 'queue',
      products: [
        { product: 'support', seats: 1, used: 1, waiting: 1 },
        { product: 'training', seats: 2, used: 0, waiting: 0 },
      ],
    })
    const all = listed(await call('GET', '/accounts', { key }), 'accounts')
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set([one.id, other.id]))
    const products = listed(await call('GET', '/products', { key }), 'products')
    assert.deepEqual(
      products.find((product) => product['key'] === 'support'),
      {
        ...{ key: 'support', name: 'Remote support', access: 'assigned' },
        ...{ seats: 5, used: 1, waiting: 1 },
      },
    )
    const open = products.find((product) => product['key'] === 'meetings')
    assert.equal(open?.['access'], 'everyone')
  })

  test('are not there for others', async () => {
    const { call } = customer
    assert.equal(causeOf(await call('GET', `/accounts/${newAccountId()}`)), 'account_unknown')
    const one = await customer.account()
    const other = await newAdmin()
    assert.equal(causeOf(await other.call('GET', `/accounts/${one.id}`)), 'account_unknown')
    const holders = await other.call('GET', users(one))
    assert.equal(causeOf(holders), 'account_unknown')
    const missing = await call('GET', users(one, 'meetings'))
    assert.equal(causeOf(missing), 'account_without_product')
  })
})

describe('access', () => {
  test('is given, shown in order and taken by admins', async () => {
    const { call, member, account } = customer
    const one = await account({ overAllocation: 'queue', seats: { support: 1 } })
    const people = [await member(), await member(), await member()]
    const [first, second, third] = people
    for (const [index, userId] of people.entries()) {
      const given = await call('PUT', `${users(one)}/${userId}`)
      assert.equal(given.status, 200)
      assert.equal(given.body['state'], index === 0 ? 'granted' : 'queued')
      assert.equal(given.body['grantedBy'], 'admin')
    }
    const again = await call('PUT', `${users(one)}/${first}`)
    assert.equal(again.body['state'], 'granted')
    const page = await call('GET', `${users(one)}?limit=2`)
    const rest = await call('GET', `${users(one)}?limit=2&cursor=${String(page.body['next'])}`)
    const shown = [...listed(page, 'users'), ...listed(rest, 'users')]
    assert.deepEqual(
      shown.map(({ id, state }) => [id, state]),
      [
        [first, 'granted'],
        [second, 'queued'],
        [third, 'queued'],
      ],
    )
    assert.match(String(shown[0]?.['email']), /@acme\.example$/)
    const path = `${users(one)}/${first}`
    assert.equal((await call('DELETE', path)).status, 204)
    assert.equal((await call('DELETE', path)).status, 204)
    const [next] = listed(await call('GET', users(one)), 'users')
    assert.deepEqual([next?.['id'], next?.['state']], [second, 'granted'])
  })

  test('is refused where there is no seat, no user, or enough of it', async () => {
    const { call, member, account } = customer
    const none = await account({ seats: { support: 0 } })
    const userId = await member()
    const full = await call('PUT', `${users(none)}/${userId}`)
    assert.deepEqual([full.status, causeOf(full)], [409, 'no_seats'])
    const nobody = await call('PUT', `${users(none)}/${newUserId()}`)
    assert.equal(causeOf(nobody), 'user_unknown')
    const elsewhere = await call('PUT', `${users(none, 'meetings')}/${userId}`)
    assert.equal(causeOf(elsewhere), 'account_without_product')
    for (const method of ['PUT', 'DELETE']) {
      const path = `/accounts/${newAccountId()}/products/support/users/${userId}`
      assert.equal(causeOf(await call(method, path)), 'account_unknown')
    }
    for (let count = 0; count < 10; count++) {
      const one = await account()
      for (const product of ['support', 'training']) {
        assert.equal((await call('PUT', `${users(one, product)}/${userId}`)).status, 200)
      }
    }
    const tooMany = await call('PUT', `${users(await account())}/${userId}`)
    assert.deepEqual([tooMany.status, causeOf(tooMany)], [409, 'too_many_accesses'])
  })

  test('is not for readers to change', async () => {
    const one = await customer.account()
    const path = `${users(one)}/${await customer.member()}`
    for (const method of ['PUT', 'DELETE']) {
      const answer = await customer.call(method, path, { key: customer.keys.reader })
      assert.equal(answer.status, 403)
    }
  })
})

describe('group rules', () => {
  const grantTo = (group: string, account: Account, order: number, more: Body = {}) => ({
    order,
    group,
    grants: [{ account: account.id, product: 'support' }],
    ...more,
  })

  test('are replaced as a whole, from what was seen', async () => {
    const { call, account, useRules } = await newCustomer(await tables())
    const empty = await call('GET', '/group-rules')
    assert.deepEqual([empty.body, tagOf(empty)], [{ rules: [] }, '"0"'])
    const one = await account()
    const saved = await useRules(grantTo('helpers', one, 10))
    assert.equal(saved.status, 200)
    const [rule] = listed(saved, 'rules')
    assert.match(String(rule?.['id']), /^rul_[0-9a-f]{32}$/)
    assert.deepEqual(rule?.['attributes'], {})
    const shown = await call('GET', '/group-rules')
    assert.deepEqual([shown.body, tagOf(shown)], [saved.body, '"1"'])
    const kept = await useRules({ ...rule, order: 20 })
    assert.equal(listed(kept, 'rules')[0]?.['id'], rule?.['id'])
    const headers = { 'if-match': '"1"' }
    const stale = await call('PUT', '/group-rules', { headers, body: { rules: [] } })
    assert.deepEqual([stale.status, causeOf(stale)], [412, 'changed_meanwhile'])
  })

  test('are refused with what is wrong with them, also in a dry run', async () => {
    const { call, account } = customer
    const one = await account()
    const rules = [grantTo('a', one, 1), grantTo('b', { ...one, id: newAccountId() }, 1)]
    const headers = { 'if-match': '*' }
    const problems = [
      { field: 'rules[1].order', cause: 'taken' },
      { field: 'rules[1].grants[0].account', cause: 'account_unknown' },
    ]
    const refused = [
      await call('PUT', '/group-rules', { headers, body: { rules } }),
      await call('POST', '/group-rules/dry-run', { body: { rules, groups: ['a'] } }),
      await call('POST', '/group-rules/dry-run/users', { body: { rules } }),
    ]
    for (const answer of refused) {
      assert.deepEqual([answer.status, causeOf(answer)], [422, 'rules_refused'])
      assert.deepEqual(answer.body['problems'], problems)
    }
  })

  test('are tried out for groups and for a user, and change nothing', async () => {
    const { call, account, member, useRules } = await newCustomer(await tables())
    const one = await account({ seats: { support: 1 } })
    const userId = await member('helpers', 'leads')
    const attributes = { support: { role: 'agent' } }
    const lead = {
      id: newRuleId(),
      ...grantTo('leads', one, 1, { attributes: { support: { role: 'lead' } } }),
    }
    const rules = [grantTo('helpers', one, 2, { attributes }), lead]
    const forGroups = await call('POST', '/group-rules/dry-run', {
      body: { rules, groups: ['leads'] },
    })
    const seat = { account: one.id, product: 'support' }
    assert.deepEqual(forGroups.body['seats'], [
      {
        ...seat,
        because: [{ group: 'leads', rule: lead.id }],
        decision: 'give',
        outlook: 'granted',
      },
    ])
    const forUser = await call('POST', '/group-rules/dry-run', { body: { rules, user: userId } })
    const [value] = listed(forUser, 'attributes')
    assert.deepEqual([value?.['value'], value?.['rule']], ['lead', lead.id])
    assert.equal((value?.['over'] as Body[] | undefined)?.[0]?.['value'], 'agent')
    const [given] = listed(forUser, 'seats')
    assert.equal((given?.['because'] as Body[] | undefined)?.length, 2)
    const nobody = await call('POST', '/group-rules/dry-run', { body: { user: newUserId() } })
    assert.equal(causeOf(nobody), 'user_unknown')
    await useRules(...rules)
    await call('POST', '/group-rules/dry-run', { body: { user: userId } })
    assert.deepEqual(listed(await call('GET', users(one)), 'users'), [])
  })

  test('are tried out for all people, page by page, then done, and done once', async () => {
    const { call, account, member, house, useRules } = await newCustomer(await tables())
    const one = await account({ seats: { support: 3 } })
    await house.users(54)
    const helpers = [await member('helpers'), await member('helpers'), await member('helpers')]
    const leaver = await member('others')
    await useRules(grantTo('helpers', one, 1), grantTo('others', one, 2))
    const walk = async (path: string, body?: Body) => {
      const found: Body[] = []
      let calls = 0
      for (let cursor = ''; ; calls++) {
        const answer = await call('POST', `${path}?${cursor}`, body && { body })
        assert.equal(answer.status, 200, answer.text)
        found.push(...listed(answer, 'users'))
        if (answer.body['next'] === undefined) return { found, calls: calls + 1 }
        cursor = `cursor=${String(answer.body['next'])}`
      }
    }
    const foreseen = await walk('/group-rules/dry-run/users', {})
    assert.equal(foreseen.calls, 2)
    assert.deepEqual(new Set(foreseen.found.map(({ id }) => id)), new Set([...helpers, leaver]))

    const applied = await walk('/group-rules/apply')
    const given = applied.found.filter((each) => (each['given'] as Body[]).length === 1)
    const missed = applied.found.filter((each) => (each['missed'] as Body[]).length === 1)
    assert.deepEqual([given.length, missed.length], [3, 1])
    const [miss] = (missed[0]?.['missed'] ?? []) as Body[]
    assert.equal(miss?.['cause'], 'no_seats')
    assert.equal(listed(await call('GET', users(one)), 'users').length, 3)

    const again = await walk('/group-rules/apply')
    assert.deepEqual(
      again.found.map(({ id }) => id),
      missed.map(({ id }) => id),
    )
    await useRules()
    const taken = await walk('/group-rules/apply')
    assert.equal(taken.found.length, 3)
    assert.ok(taken.found.every((each) => (each['taken'] as Body[]).length === 1))
    assert.deepEqual(listed(await call('GET', users(one)), 'users'), [])
  })

  test('explain why a user has what they have, and has not', async () => {
    const { call, account, member, useRules, idpId, keys } = await newCustomer(await tables())
    const one = await account({ seats: { support: 1 } })
    const other = await account({ seats: { support: 1, training: 1 }, name: 'Second' })
    const userId = await member('helpers', 'guests')
    const value = { attributes: { support: { role: 'agent' } } }
    const saved = await useRules(grantTo('helpers', one, 1, value), grantTo('guests', other, 2))
    const rules = listed(saved, 'rules')
    await call('POST', '/group-rules/apply')
    await call('DELETE', `${users(other)}/${userId}`)
    await call('PUT', `${users(other)}/${await member()}`)
    await call('PUT', `${users(other, 'training')}/${userId}`)
    const answer = await call('GET', `/users/${userId}/products`, { key: keys.reader })
    assert.deepEqual(answer.body['groups'], [
      { idp: idpId, names: ['helpers', 'guests'], assertedAt: '2026-03-04T10:15:30.000Z' },
    ])
    const products = listed(answer, 'products')
    const support = products.find(({ key }) => key === 'support')
    assert.equal(support?.['isUsable'], true)
    assert.deepEqual(support['attributes'], { role: 'agent' })
    const [held, missing] = support['seats'] as Body[]
    const { since, ...shown } = held ?? assert.fail('no seat')
    assert.match(String(since), /^\d{4}-/)
    assert.deepEqual(shown, {
      account: { id: one.id, name: 'Acme main', reference: 'B-1' },
      state: 'granted',
      grantedBy: rules[0]?.['id'],
      because: [{ group: 'helpers', rule: rules[0]?.['id'] }],
      decision: 'keep',
      outlook: 'kept',
    })
    assert.deepEqual(missing, {
      account: { id: other.id, name: 'Second', reference: 'B-1' },
      state: 'missing',
      because: [{ group: 'guests', rule: rules[1]?.['id'] }],
      decision: 'give',
      outlook: 'no_seats',
    })
    const training = products.find(({ key }) => key === 'training')
    const [byAdmin] = (training?.['seats'] ?? []) as Body[]
    assert.deepEqual([byAdmin?.['grantedBy'], byAdmin?.['because']], ['admin', []])
    assert.equal(products.find(({ key }) => key === 'meetings')?.['isUsable'], true)
    const nobody = await call('GET', `/users/${newUserId()}/products`)
    assert.equal(causeOf(nobody), 'user_unknown')
  })
})
