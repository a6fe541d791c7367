import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createTenant } from '#test/flows/create-tenant.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { type OperatorAnswer, operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-orgs/handler.ts')
type Created = { id: string; name: string; verifiedDomains: string[]; state: string }

describe('operator-orgs', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let call: ReturnType<typeof operatorCalls>
  before(async () => {
    const { stack } = await environmentOf('operator-orgs')
    handler = (await importHandler()).handler
    await createTenant(stack) // and with it the vendor's products
    call = operatorCalls(stack)
  })
  const event = eventOf('operator-orgs')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer, lines } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
    assert.match(lines.join('\n'), /operator_refused/)
  })

  test('lists organizations for whom IAM has let through, and logs their access key', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 200)
    assert.ok(JSON.parse(answer.body).organizations.length > 0)
    assert.match(lines.join('\n'), /"iamKey":"ASIAIOSFODNN7EXAMPLE"/)
  })

  const wanted = (changes: object = {}) => ({
    name: `Acme ${randomUUID()}`,
    defaultProduct: 'meetings',
    domains: [`${randomUUID()}.Example`],
    ...changes,
  })
  const create = (body: object, key?: string) =>
    call('POST', '/operator/orgs', {
      body,
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    })
  const causeOf = ({ body }: OperatorAnswer) =>
    String(body['type']).replace('urn:latchkey:problem:', '')

  test('creates an organization with its domains, shows and finds it', async () => {
    const body = wanted()
    const { status, body: created } = await create(body)
    assert.equal(status, 201)
    const { id, name, verifiedDomains, state } = created as Created
    assert.deepEqual(
      { name, verifiedDomains, state },
      {
        name: body.name,
        verifiedDomains: body.domains.map((one) => one.toLowerCase()),
        state: 'live',
      },
    )
    const shown = await call('GET', `/operator/orgs/${id}`)
    assert.deepEqual(shown.body, created)
    const found = await call('GET', `/operator/orgs?name=${encodeURIComponent(name.toUpperCase())}`)
    assert.deepEqual(found.body, { organizations: [{ id, name }] })
  })

  test('creates one for calls that come again with the same Idempotency-Key', async () => {
    const body = wanted()
    const key = randomUUID()
    const answers = await Promise.all([create(body, key), create(body, key), create(body, key)])
    for (const answer of [...answers, await create(body, key)]) {
      assert.equal(answer.status, 201)
      assert.deepEqual(answer.body, answers[0]?.body)
    }
    assert.equal(causeOf(await create({ ...body, name: 'Other' }, key)), 'key_reused')
  })

  test('gives no domain of another organization, nor one that nobody can have', async () => {
    const body = wanted()
    assert.equal((await create(body)).status, 201)
    assert.equal(causeOf(await create(wanted({ domains: body.domains }))), 'domain_taken')
    const refused = await create(wanted({ domains: ['acme.example', 'co.uk', 'gmail.com', '-'] }))
    assert.equal(causeOf(refused), 'request_refused')
    assert.deepEqual(refused.body['problems'], [
      { field: 'domains[1]', cause: 'domain_public_suffix', got: 'co.uk' },
      { field: 'domains[2]', cause: 'domain_consumer', got: 'gmail.com' },
      { field: 'domains[3]', cause: 'domain_malformed', got: '-' },
    ])
    assert.equal(causeOf(await create(wanted({ defaultProduct: 'none' }))), 'product_unknown')
  })

  test('changes an organization, and gives it a key that its API takes', async () => {
    const { stack } = await environmentOf('operator-orgs')
    const { id } = (await create(wanted())).body as Created
    const path = `/operator/orgs/${id}`
    const changed = await call('PATCH', path, {
      body: { name: 'Renamed', joinPolicy: 'invitation' },
    })
    assert.equal(changed.status, 200)
    assert.equal(changed.body['name'], 'Renamed')
    const stale = { body: { name: 'Stale' }, headers: { 'if-match': '"1"' } }
    assert.equal((await call('PATCH', path, stale)).status, 412)

    const made = await call('POST', `${path}/api-keys`, { body: { label: 'First', days: 1 } })
    assert.equal(made.status, 201)
    const authorization = `Bearer ${made.body['secret']}`
    const listed = await fetch(`${stack.url}/orgs/${id}/api-keys`, { headers: { authorization } })
    const { apiKeys } = (await listed.json()) as { apiKeys: { label: string; createdBy: string }[] }
    assert.deepEqual(
      apiKeys.map(({ label, createdBy }) => [label, createdBy]),
      [['First', 'operator:operator']],
    )
  })

  describe('the hosts that products answer at', () => {
    const path = (id: string) => `/operator/orgs/${id}/product-hosts`
    const newOne = async () => ((await create(wanted())).body as Created).id
    const hosts = [
      { product: 'meetings', host: 'meet.acme.example' },
      { product: 'training', host: 'localhost:3000' },
    ]

    test('are none, then what was set, then what was set later', async () => {
      const id = await newOne()
      assert.deepEqual(await call('GET', path(id)), { status: 200, body: { hosts: [] } })
      for (const wanted of [hosts, hosts.slice(1), []]) {
        const set = await call('PUT', path(id), { body: { hosts: wanted } })
        assert.deepEqual(set, { status: 200, body: { hosts: wanted } })
        assert.deepEqual(await call('GET', path(id)), set)
        const shown = await call('GET', `/operator/orgs/${id}`)
        assert.deepEqual(shown.body['productHosts'], wanted)
      }
    })

    test('stay when something else of the organization is changed', async () => {
      const id = await newOne()
      await call('PUT', path(id), { body: { hosts } })
      await call('PATCH', `/operator/orgs/${id}`, { body: { name: 'Renamed' } })
      assert.deepEqual((await call('GET', path(id))).body, { hosts })
    })

    test('may be those of another organization, too: they only say where browsers go', async () => {
      for (const id of [await newOne(), await newOne()]) {
        assert.equal((await call('PUT', path(id), { body: { hosts } })).status, 200)
      }
    })

    test('are not set by who has seen the organization as it was before', async () => {
      const id = await newOne()
      const stale = { body: { hosts }, headers: { 'if-match': '"1"' } }
      assert.equal((await call('PUT', path(id), stale)).status, 200)
      const late = { ...stale, body: { hosts: [] } }
      assert.equal(causeOf(await call('PUT', path(id), late)), 'changed_meanwhile')
      assert.deepEqual((await call('GET', path(id))).body, { hosts })
    })

    const [host] = hosts
    const many = Array.from({ length: 21 }, (_, n) => ({ ...host, host: `m${n}.acme.example` }))
    const refused = [
      ['a host that can be none', [{ ...host, host: 'meet.acme.example/in' }], 'request_refused'],
      ['the same host twice', [host, host], 'request_refused'],
      ['more than twenty', many, 'request_refused'],
      ['a product that there is not', [{ ...host, product: 'nothing' }], 'product_unknown'],
      ['ours', [{ ...host, product: 'organization-center' }], 'product_unknown'],
    ] as const
    for (const [name, hosts, cause] of refused) {
      test(`are not ${name}`, async () => {
        const id = await newOne()
        const answer = await call('PUT', path(id), { body: { hosts } })
        assert.deepEqual([answer.status, causeOf(answer)], [422, cause])
        assert.deepEqual((await call('GET', path(id))).body, { hosts: [] })
      })
    }

    test('are twenty at most, for one product or more', async () => {
      const id = await newOne()
      const most = many.slice(1)
      assert.equal((await call('PUT', path(id), { body: { hosts: most } })).status, 200)
    })

    test('are unknown of an organization that there is not', async () => {
      const nowhere = path('org_00000000000000000000000000000000')
      assert.equal(causeOf(await call('GET', nowhere)), 'organization_unknown')
      const set = await call('PUT', nowhere, { body: { hosts } })
      assert.equal(causeOf(set), 'organization_unknown')
    })
  })

  test('knows no organization that there is not', async () => {
    const path = '/operator/orgs/org_00000000000000000000000000000000'
    assert.equal((await call('GET', path)).status, 404)
    assert.equal((await call('PATCH', path, { body: { name: 'X' } })).status, 404)
    assert.equal((await call('POST', `${path}/api-keys`, { body: { label: 'X' } })).status, 404)
    assert.equal((await call('GET', '/operator/orgs/org_1')).status, 404)
  })
})
