import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/accounts/handler.ts')

describe('accounts', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('accounts')
    handler = (await importHandler()).handler
  })
  const event = eventOf('accounts')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('gives no seat of an account that is not there, and logs ids only', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'admin')
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      pathParameters: { ...event.pathParameters, organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
    })
    assert.equal(answer.statusCode, 404, answer.body)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"admin_call".*"status":404/)
    assert.ok(!lines[0]?.includes(key.slice(-43)))
  })
})
