import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Answer, newAdmin } from './admin-client.ts'
import { landingOf, redeem } from './hops.ts'
import { mailsTo, waitForMails } from './mailbox.ts'
import { newAdministrator } from './new-administrator.ts'
import { settled } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

describe('what the administration tells of a portal', () => {
  let tenant: Tenant
  let admin: Admin
  before(async () => {
    tenant = await newTenant() // whose products they are
    admin = await newAdmin()
  })
  const ask = (secret: unknown, email: string) =>
    fetch(`${admin.stack.url}/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email }),
    })
  const listOf = ({ body }: Answer, name: string) => body[name] as Record<string, unknown>[]

  test('is what became of each login token, and that a used one came again', async () => {
    const { email: told } = await newAdministrator(admin.orgId)
    const email = `ada@${admin.domain}`
    const user = await admin.call('POST', '/users', { body: { email } })
    const made = await admin.call('POST', '/sso-tokens', { body: { label: 'Intranet' } })
    const { secret, id } = made.body
    assert.equal((await ask(secret, `nobody@${admin.domain}`)).status, 403)
    const asked = await ask(secret, email)
    assert.equal(asked.status, 200)
    const { url } = (await asked.json()) as { url: string }
    const hop = await fetch(url, { redirect: 'manual' })
    const { token } = landingOf(hop)
    assert.equal((await redeem(tenant, token)).status, 200)
    assert.equal((await redeem(tenant, token)).status, 400)
    assert.equal((await fetch(url, { redirect: 'manual' })).status, 403)

    const receipts = listOf(await admin.call('GET', `/sso-tokens/${id}/receipts`), 'receipts')
    assert.equal(receipts.length, 2)
    const [used, refused] = receipts
    assert.partialDeepStrictEqual(used, {
      ...{ user: user.body['id'], product: 'meetings', refusals: 2, lastCause: 'token_used' },
    })
    const times = ['issuedAt', 'arrivedAt', 'redeemedAt'].map((name) => String(used?.[name]))
    assert.deepEqual(times, times.toSorted())
    assert.partialDeepStrictEqual(refused, { refusals: 1, lastCause: 'user_unknown' })
    assert.equal(refused?.['issuedAt'], undefined)

    const { body: figures } = await admin.call('GET', `/sso-tokens/${id}/figures?hours=1`)
    assert.partialDeepStrictEqual(figures, {
      ...{ issued: 1, arrived: 1, redeemed: 1, advice: [] },
      refusedRequests: { times: 1, byCause: [{ cause: 'user_unknown', count: 1 }] },
      refusedTokens: { times: 2, byCause: [{ cause: 'token_used', count: 1 }] },
    })
    const { body: shown } = await admin.call('GET', `/sso-tokens/${id}`)
    assert.ok(shown['lastUsedAt'])
    assert.deepEqual(
      (shown['alerts'] as { kind: string }[]).map(({ kind }) => kind),
      ['replay'],
    )
    const [mail] = await waitForMails(told)
    assert.equal(mail?.subject, 'Look at the SSO token Intranet')
    assert.match(mail.body.text, /The trace is trc_[0-9a-f]{32}\./)
    await settled()
    assert.equal((await mailsTo(told)).length, 1)
  })
})
