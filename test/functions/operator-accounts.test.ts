import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createTenant } from '#test/flows/create-tenant.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { operatorCalls } from './operator-calls.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-accounts/handler.ts')

describe('operator-accounts', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let call: ReturnType<typeof operatorCalls>
  let path: string
  before(async () => {
    const { stack } = await environmentOf('operator-accounts')
    handler = (await importHandler()).handler
    path = `/operator/orgs/${(await createTenant(stack)).orgId}/accounts`
    call = operatorCalls(stack)
  })
  const event = eventOf('operator-accounts')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  test('creates an account, once for a call that comes again, changes and lists it', async () => {
    const body = { name: 'Billing 1', reference: 'B-1', seats: { meetings: 2 } }
    const headers = { 'idempotency-key': randomUUID() }
    const created = await call('POST', path, { body, headers })
    assert.equal(created.status, 201)
    assert.deepEqual((await call('POST', path, { body, headers })).body, created.body)
    const changed = await call('PATCH', `${path}/${created.body['id']}`, {
      body: { overAllocation: 'queue', seats: { training: 5 } },
    })
    assert.equal(changed.status, 200)
    assert.deepEqual(changed.body, {
      ...created.body,
      overAllocation: 'queue',
      seats: { meetings: 2, training: 5 },
    })
    assert.deepEqual((await call('GET', path)).body, { accounts: [changed.body] })
  })

  test('gives no seats of what there is not, nor to an organization that there is not', async () => {
    const refused = await call('POST', path, { body: { name: 'Two', seats: { none: 1 } } })
    assert.equal(refused.status, 422)
    assert.deepEqual(refused.body['problems'], [{ field: 'seats.none', cause: 'product_unknown' }])
    const nowhere = '/operator/orgs/org_00000000000000000000000000000000/accounts'
    const body = { name: 'Two', seats: { meetings: 1 } }
    assert.equal((await call('POST', nowhere, { body })).status, 404)
    const unknown = `${path}/acc_00000000000000000000000000000000`
    assert.equal((await call('PATCH', unknown, { body: { name: 'Three' } })).status, 404)
  })
})
