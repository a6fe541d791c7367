import assert from 'node:assert/strict'
import { afterEach, before, describe, test } from 'node:test'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamo } from '#shared/aws/dynamo.ts'
import { toItem } from '#shared/aws/dynamo-item.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import type { SsoTokenId, UserId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { tables } from '#test/stores/tables.ts'
import { landingOf, redeem } from './hops.ts'
import { issue, issued, newPerson, newPortal, open, refusedBy } from './portal.ts'
import { settled } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Fault = 'fail-before' | 'fail-after'

describe('a portal, with faults at AWS', () => {
  let tenant: Tenant
  let text: string
  let ssoTokenId: SsoTokenId
  let secretHash: string
  let email: string
  let userId: UserId
  before(async () => {
    tenant = await newTenant()
    const portal = await newPortal(tenant)
    text = portal.text
    ssoTokenId = portal.ssoToken.id
    secretHash = portal.ssoToken.secretHash
    const person = await newPerson(tenant)
    email = person.email
    userId = person.userId
  })
  afterEach(() => {
    tenant.running.stack.faults.onCall = undefined
  })

  /** Strikes calls of one kind from the nth on; answers how many it struck. */
  const strike = (fault: Fault, fn: string, { operation, skip = 0, times = 1 }: Struck) => {
    let seen = 0
    let struck = 0
    tenant.running.stack.faults.onCall = (call) => {
      if (call.functionName !== fn || call.operation !== operation) return undefined
      const isHit = seen++ >= skip && struck < times
      if (isHit) struck++
      return isHit ? fault : undefined
    }
    return () => struck
  }
  type Struck = { operation: string; skip?: number; times?: number }

  /** All calls of the three, by function: what a first look at them shows. */
  const steps = [
    [
      'tokens-issue',
      ['BatchGetItem', 'BatchGetItem', 'PutItem', 'PutItem', 'UpdateItem', 'UpdateItem'],
    ],
    ['sso-redirect', ['BatchGetItem', 'TransactWriteItems']],
    ['tokens-redeem', ['BatchGetItem', 'Query', 'TransactWriteItems', 'Sign']],
  ] as const

  /** A whole sign-in. */
  async function signIn() {
    const { url } = await issued(tenant, text, { email })
    const arrived = await open(url)
    assert.equal(arrived.status, 303)
    const redeemed = await redeem(tenant, landingOf(arrived).token)
    assert.equal(redeemed.status, 200)
  }

  for (const [fn, operations] of steps) {
    for (const [index, operation] of operations.entries()) {
      const skip = operations.slice(0, index).filter((one) => one === operation).length
      for (const fault of ['fail-before', 'fail-after'] as const) {
        test(`signs somebody in once where ${operation} ${skip + 1} of ${fn} is struck (${fault})`, async () => {
          const isOurs = ({ type, data }: CloudEvent) =>
            type === 'latchkey.sign-in.succeeded.v1' && data['userId'] === userId
          const told = () => new Set(tenant.running.events.all.filter(isOurs).map(({ id }) => id))
          await settled()
          const known = told().size
          const struck = strike(fault, fn, { operation, skip })
          await signIn()
          assert.equal(struck(), 1)
          await tenant.running.events.waitFor(isOurs, known + 1)
          await settled()
          assert.equal(told().size, known + 1)
        })
      }
    }
  }

  test('gets no token from an outage, and says so', async () => {
    strike('fail-before', 'tokens-issue', { operation: 'PutItem', times: 100 })
    const answer = await issue(tenant, text, { email })
    assert.equal(answer.status, 500)
    assert.equal(((await answer.json()) as { error: string }).error, 'server_error')
  })

  test('sees a page with a trace id in an outage, and the link is good after it', async () => {
    const { url } = await issued(tenant, text, { email })
    strike('fail-before', 'sso-redirect', { operation: 'TransactWriteItems', times: 100 })
    const answer = await refusedBy(await open(url))
    assert.equal(answer.status, 500)
    assert.match(answer.traceId, /^trc_/)
    tenant.running.stack.faults.onCall = undefined
    assert.equal((await open(url)).status, 303)
  })

  test('is answered the same where the trace of a refusal cannot be kept', async () => {
    const wrong = `${text.slice(0, -43)}${'A'.repeat(43)}`
    const before = await refusedBy(await issue(tenant, wrong, { email }))
    strike('fail-before', 'tokens-issue', { operation: 'PutItem', times: 100 })
    const after = await refusedBy(await issue(tenant, wrong, { email }))
    assert.deepEqual([after.status, after.neutral], [before.status, before.neutral])
    assert.notEqual(after.traceId, '')
  })

  test('waits where it asks too often, and only that portal does', async () => {
    const db = await tables()
    const other = await newPortal(tenant)
    // As if the minute, or the one that begins meanwhile, had been used up.
    const now = toSeconds(epochMilliseconds())
    for (const start of [now - (now % 60), now - (now % 60) + 60]) {
      const Key = toItem(ephemeralKeys.rate(`${ssoTokenId}#${secretHash}#${start}`))
      await dynamo.send(
        new UpdateItemCommand({
          ...{ TableName: db.ephemeral, Key },
          UpdateExpression: 'SET expiresAt = :end ADD calls :all',
          ExpressionAttributeValues: toItem({ ':end': now + 300, ':all': 1200 }),
        }),
      )
    }
    const answer = await issue(tenant, text, { email })
    assert.equal(answer.status, 429)
    const wait = Number(answer.headers.get('retry-after'))
    assert.ok(wait >= 1 && wait <= 60, `${wait}`)
    assert.equal(((await answer.json()) as { error: string }).error, 'too_many_requests')
    // Also who is asked for in vain: nobody can try out more addresses than that.
    const stranger = { email: `nobody@${tenant.domain}` }
    assert.equal((await issue(tenant, text, stranger)).status, 429)
    assert.equal((await issue(tenant, other.text, { email })).status, 200)
    const wrong = `${text.slice(0, -43)}${'A'.repeat(43)}`
    assert.equal((await issue(tenant, wrong, { email })).status, 403)
  })

  test('leaves receipts that say what did happen', async () => {
    const db = await tables()
    const { ssoToken, text: secret } = await newPortal(tenant)
    const { url, token } = await issued(tenant, secret, { email })
    const arrived = await open(url)
    assert.equal((await redeem(tenant, landingOf(arrived).token)).status, 200)
    assert.equal((await redeem(tenant, token)).status, 400)
    const [handle = ''] = token.split('.')
    const login = await db.read(db.ephemeral, ephemeralKeys.login(handle))
    const receiptId = login?.['receiptId'] as `rcp_${string}`
    const receipt = await db.read(db.directory, directoryKeys.receipt(ssoToken.id, receiptId))
    const times = ['issuedAtMs', 'arrivedAtMs', 'redeemedAtMs'].map((name) =>
      Number(receipt?.[name]),
    )
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.deepEqual([receipt?.['refusals'], receipt?.['lastCause']], [1, 'token_used'])
    assert.equal(login?.['usedAtMs'], receipt?.['redeemedAtMs'])
  })
})
