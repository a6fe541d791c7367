import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId, newReceiptId, newSsoTokenId } from '#shared/ids.ts'
import { newAdmin } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/sso-tokens/handler.ts')

describe('sso-tokens', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('sso-tokens')
    handler = (await importHandler()).handler
  })
  const event = eventOf('sso-tokens')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('counts from the oldest receipt on, where there are more than are counted', async () => {
    const { figuresOutput } = await import('#functions/sso-tokens/schema.ts')
    const orgId = newOrgId()
    const ids = { ssoTokenId: newSsoTokenId(orgId), orgId }
    const receipts = [3000, 2000].map((ms) => ({ ...ids, id: newReceiptId(ms), issuedAtMs: ms }))
    const from = (isComplete: boolean) =>
      figuresOutput({ receipts, isComplete }, { fromMs: 1000, toMs: 4000 }).from
    assert.deepEqual(
      [from(true), from(false)],
      ['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:02.000Z'],
    )
  })

  test('makes the SSO token of the example, and logs nothing of its secret', async (t) => {
    const { orgId: organization, keys } = await newAdmin()
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      pathParameters: { organization },
      headers: { ...event.headers, authorization: `Bearer ${keys.admin}` },
    })
    assert.equal(answer.statusCode, 201)
    const { secret } = JSON.parse(answer.body) as { secret: string }
    assert.ok(secret.startsWith(`sso_${organization.slice(4)}`))
    assert.ok(!lines.join('').includes(secret.slice(-43)))
  })
})
