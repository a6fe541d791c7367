import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { tables } from '#test/stores/tables.ts'
import { newAdmin, newApiKey, tagOf } from './admin-client.ts'
import { idpMetadata } from './idp-metadata.ts'
import { newTenant } from './tenant.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

const json = (value: unknown) => JSON.stringify(value)

describe('an organization, by its administration API', () => {
  let admin: Admin
  before(async () => {
    admin = await newAdmin()
  })
  const change = async (body: object, headers: Record<string, string> = {}) => {
    const tag = tagOf(await admin.call('GET', ''))
    return admin.call('PATCH', '', { body, headers: { 'if-match': tag, ...headers } })
  }

  test('shows what it is', async () => {
    const { status, body } = await admin.call('GET', '', { key: admin.keys.setup })
    assert.equal(status, 200)
    const { createdAt, ...rest } = body
    assert.equal(typeof createdAt, 'string')
    assert.deepEqual(rest, {
      id: admin.orgId,
      name: 'Acme',
      defaultProduct: 'meetings',
      joinPolicy: 'automatic',
      productHosts: [],
      verifiedDomains: [admin.domain],
    })
  })

  test('changes what is given, and tells it in an event', async () => {
    const changed = await change({ name: ' Acme Ltd ', joinPolicy: 'invitation' })
    assert.equal(changed.status, 200)
    assert.equal(changed.body['name'], 'Acme Ltd')
    const shown = await admin.call('GET', '')
    assert.deepEqual(shown.body, changed.body)
    assert.equal(tagOf(shown), tagOf(changed))
    const [event] = await admin.running.events.waitFor(
      ({ type, subject }) => type === 'latchkey.organization.updated.v1' && subject === admin.orgId,
      1,
    )
    assert.equal(event?.data['joinPolicy'], 'invitation')
  })

  test('writes nothing where nothing is different', async () => {
    const before = await admin.call('GET', '')
    const same = await change({ name: before.body['name'] })
    assert.equal(tagOf(same), tagOf(before))
  })

  const refused: readonly (readonly [string, object, number, string])[] = [
    ['a product that there is not', { defaultProduct: 'nothing' }, 422, 'product_unknown'],
    ['a property that it has not', { domains: ['a.example'] }, 422, 'request_refused'],
    ['an empty name', { name: '  ' }, 422, 'request_refused'],
    ['a policy that there is not', { joinPolicy: 'all' }, 422, 'request_refused'],
  ]
  for (const [name, body, status, cause] of refused) {
    test(`refuses ${name}`, async () => {
      const answer = await change(body)
      assert.equal(answer.status, status)
      assert.equal(answer.body['type'], `urn:latchkey:problem:${cause}`)
    })
  }

  test('refuses a change by who saw it as it was before', async () => {
    const tag = tagOf(await admin.call('GET', ''))
    assert.equal((await change({ name: 'First' })).status, 200)
    const late = await change({ name: 'Second' }, { 'if-match': tag })
    assert.equal(late.status, 412)
    assert.equal((await admin.call('GET', '')).body['name'], 'First')
  })

  test('keeps one of many changes at once that saw the same', async () => {
    const tag = tagOf(await admin.call('GET', ''))
    const names = Array.from({ length: 10 }, (_, n) => `Name ${n}`)
    const answers = await Promise.all(
      names.map((name) =>
        admin.call('PATCH', '', { body: { name }, headers: { 'if-match': tag } }),
      ),
    )
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 9 }, () => 412)],
    )
    const winner = names[answers.findIndex(({ status }) => status === 200)]
    assert.equal((await admin.call('GET', '')).body['name'], winner)
  })

  for (const role of ['reader', 'setup'] as const) {
    test(`is changed by no ${role}`, async () => {
      const { status } = await admin.call('PATCH', '', {
        key: admin.keys[role],
        body: { name: 'Mine' },
        headers: { 'if-match': '*' },
      })
      assert.equal(status, 403)
    })
  }
})

describe('API keys', () => {
  let admin: Admin
  before(async () => {
    admin = await newAdmin()
  })
  const create = (body: object) => admin.call('POST', '/api-keys', { body })

  test('work as soon as they are made, as far as their role goes', async () => {
    const made = await create({ label: 'Nightly sync', role: 'reader', days: 90 })
    assert.equal(made.status, 201)
    const { secret, ...shown } = made.body
    const key = String(secret)
    assert.equal((await admin.call('GET', '', { key })).status, 200)
    assert.equal((await admin.call('POST', '/api-keys', { key, body: {} })).status, 403)
    const { body } = await admin.call('GET', '/api-keys', { key })
    assert.deepEqual(
      (body['apiKeys'] as { id: string }[]).filter(({ id }) => id === shown['id']),
      [shown],
    )
    assert.ok(!json(body).includes(key.slice(-43)))
  })

  test('end at once when they are revoked, and once', async () => {
    const made = await create({ label: 'Short', role: 'admin' })
    const { id, secret } = made.body as { id: string; secret: string }
    assert.equal((await admin.call('DELETE', `/api-keys/${id}`)).status, 204)
    assert.equal((await admin.call('GET', '', { key: secret })).status, 401)
    assert.equal((await admin.call('DELETE', `/api-keys/${id}`)).status, 404)
    const { body } = await admin.call('GET', '/api-keys')
    assert.ok(!json(body).includes(id))
    const [event] = await admin.running.events.waitFor(
      ({ type, subject }) => type === 'latchkey.api-key.revoked.v1' && subject === id,
      1,
    )
    assert.deepEqual(event?.data['label'], 'Short')
  })

  test("are out of another organization's reach", async () => {
    const other = await newTenant()
    const key = await newApiKey(other.orgId, 'admin')
    const made = await create({ label: 'Mine', role: 'admin' })
    const path = `/api-keys/${made.body['id']}`
    const response = await fetch(`${other.stack.url}/orgs/${other.orgId}${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
    assert.equal(response.status, 404)
    assert.equal((await admin.call('GET', '', { key: String(made.body['secret']) })).status, 200)
  })

  test('are as many as a list holds', async () => {
    const one = await newAdmin()
    const mostBeside = 50 - 2 // with those of `one.keys`
    for (let n = 0; n < mostBeside; n += 1) {
      const made = await one.call('POST', '/api-keys', { body: { label: `${n}`, role: 'reader' } })
      assert.equal(made.status, 201)
    }
    const refused = await one.call('POST', '/api-keys', { body: { label: 'x', role: 'reader' } })
    assert.equal(refused.status, 409)
    assert.equal(refused.body['type'], 'urn:latchkey:problem:too_many_api_keys')
  })

  test('take no Idempotency-Key, as their secret is shown once', async () => {
    const answer = await admin.call('POST', '/api-keys', {
      body: { label: 'x', role: 'reader' },
      headers: { 'idempotency-key': 'a' },
    })
    assert.equal(answer.status, 400)
    assert.equal(answer.body['type'], 'urn:latchkey:problem:idempotency_key_unsupported')
  })
})

describe('an organization that is gone while its key is still good', () => {
  test('is unknown to each call that needs it', async () => {
    const admin = await newAdmin()
    const { path, tag } = await admin.create()
    const { directory, remove } = await tables()
    await remove(directory, directoryKeys.organization(admin.orgId))
    const headers = { 'if-match': tag }
    const source = { kind: 'file', document: idpMetadata({ entityId: 'https://idp.example' }) }
    const calls = [
      ['GET', '', {}],
      ['PATCH', '', { headers, body: { name: 'New' } }],
      ['POST', '/idps', { body: { source, settings: { name: 'New' } } }],
      ['PATCH', path, { headers, body: { defaultProduct: 'training' } }],
    ] as const
    for (const [method, at, options] of calls) {
      const { status, body, text } = await admin.call(method, at, options)
      assert.equal(body['type'], 'urn:latchkey:problem:organization_unknown', text)
      assert.equal(status, 404)
    }
  })
})
