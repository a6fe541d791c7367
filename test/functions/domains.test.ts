import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/domains/handler.ts')

describe('domains', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('domains')
    handler = (await importHandler()).handler
  })
  const event = eventOf('domains')

  test('refuses a key that nobody has', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
  })

  test('claims nothing for an organization that is gone although its key is not', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'admin')
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      routeKey: 'POST /orgs/{organization}/domains',
      pathParameters: { organization },
      headers: {
        ...event.headers,
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ domain: 'acme.example' }),
    })
    assert.equal(answer.statusCode, 404)
    assert.match(answer.body, /:organization_unknown"/)
    assert.doesNotMatch(lines.join('\n'), /acme/)
  })
})
