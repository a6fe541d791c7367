import assert from 'node:assert/strict'
import { afterEach, before, describe, test } from 'node:test'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import { everythingBut } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { settled } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Fault = 'fail-before' | 'fail-after' | 'kill-caller'

describe('with faults at AWS', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })
  afterEach(() => {
    tenant.running.stack.faults.onCall = undefined
  })

  /** Strikes the first `times` calls of one kind; answers how many it struck. */
  const strike = (fault: Fault, fn: string, operation: string, times: number) => {
    let struck = 0
    tenant.running.stack.faults.onCall = (call) => {
      const isHit = struck < times && call.functionName === fn && call.operation === operation
      if (isHit) struck++
      return isHit ? fault : undefined
    }
    return () => struck
  }

  const kinds = [
    ['the relay is killed between the write and the send', 'kill-caller', 3],
    ['sending fails', 'fail-before', 5],
    ['the answer to a send is lost', 'fail-after', 5],
  ] as const
  for (const [name, fault, times] of kinds) {
    test(`no event is lost or doubled when ${name}`, async () => {
      const struck = strike(fault, 'events-relay', 'SendMessageBatch', times)
      const people = Array.from({ length: 10 }, (_, i) => `${fault}-${i}@${tenant.domain}`)
      const ids = await Promise.all(
        people.map(async (email) => {
          const landed = landingOf(await postResponse(tenant, tenant.respond({ email })))
          const identity = await (await redeem(tenant, landed.token)).json()
          return (identity as { user: { id: string } }).user.id
        }),
      )
      const isOurs = ({ subject }: CloudEvent) => ids.includes(subject)
      const told = await tenant.running.events.waitFor(isOurs, people.length * 2)
      assert.equal(struck(), times)
      await settled()
      const all = tenant.running.events.all.filter(isOurs)
      assert.equal(new Set(all.map(({ id }) => id)).size, people.length * 2)
      assert.equal(all.length, told.length)
      for (const id of ids) {
        const types = all.filter(({ subject }) => subject === id).map(({ type }) => type)
        assert.deepEqual(types.toSorted(), [
          'latchkey.sign-in.succeeded.v1',
          'latchkey.user.created.v1',
        ])
      }
    })
  }

  test('a sign-in whose write was answered by a lost connection is done once', async () => {
    const struck = strike('fail-after', 'saml-acs', 'TransactWriteItems', 1)
    const email = `lost@${tenant.domain}`
    const answer = await postResponse(tenant, tenant.respond({ email }))
    assert.equal(struck(), 1)
    assert.equal(answer.status, 303)
    const identity = await (await redeem(tenant, landingOf(answer).token)).json()
    const { id } = (identity as { user: { id: string } }).user
    const told = await tenant.running.events.waitFor(({ subject }) => subject === id, 2)
    assert.equal(told.length, 2)
  })

  test('an outage of the table is a page with a trace id, and changes nothing', async () => {
    const stored = await everythingBut('trace#')
    strike('fail-before', 'saml-acs', 'TransactWriteItems', 100)
    const email = `outage@${tenant.domain}`
    const answer = await postResponse(tenant, tenant.respond({ email }))
    assert.equal(answer.status, 500)
    assert.match(await answer.text(), /trc_[0-9a-f]{32}/)
    assert.equal(await everythingBut('trace#'), stored)
  })

  test('an outage of KMS burns no more than the one token', async () => {
    const landed = landingOf(await postResponse(tenant, tenant.respond()))
    strike('fail-before', 'tokens-redeem', 'Sign', 100)
    const answer = await redeem(tenant, landed.token)
    assert.equal(answer.status, 500)
    const { error } = (await answer.json()) as { error: string }
    assert.equal(error, 'server_error')
  })
})
