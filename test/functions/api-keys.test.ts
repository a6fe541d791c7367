import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/api-keys/handler.ts')

describe('api-keys', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('api-keys')
    handler = (await importHandler()).handler
  })
  const event = eventOf('api-keys')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('makes the key of the example, and logs nothing of its secret', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'admin')
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      pathParameters: { organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
    })
    assert.equal(answer.statusCode, 201)
    const { secret } = JSON.parse(answer.body) as { secret: string }
    assert.ok(!lines.join('').includes(secret.slice(-43)))
  })
})
