import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/traces/handler.ts')

describe('traces', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('traces')
    handler = (await importHandler()).handler
  })
  const event = eventOf('traces')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('answers an organization without traces with an empty list', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'reader')
    const { answer } = await invoke(t, handler, {
      ...event,
      pathParameters: { organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
    })
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(JSON.parse(answer.body), { traces: [] })
  })
})
