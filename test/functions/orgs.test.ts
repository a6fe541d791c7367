import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/orgs/handler.ts')

describe('orgs', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('orgs')
    handler = (await importHandler()).handler
  })
  const event = eventOf('orgs')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('does not know an organization that is gone although its key is not', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'reader')
    const { answer } = await invoke(t, handler, {
      ...event,
      pathParameters: { organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
    })
    assert.equal(answer.statusCode, 404)
    assert.match(answer.body, /:organization_unknown"/)
  })
})
