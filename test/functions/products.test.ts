import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/products/handler.ts')

describe('products', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('products')
    handler = (await importHandler()).handler
  })
  const event = eventOf('products')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('lists the products, and logs ids only', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'admin')
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      pathParameters: { ...event.pathParameters, organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"admin_call".*"status":200/)
    assert.ok(!lines[0]?.includes(key.slice(-43)))
  })
})
