import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { withoutIam } from './without-iam.ts'

const importHandler = () => import('#functions/operator-removal/handler.ts')

describe('operator-removal', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('operator-removal')
    handler = (await importHandler()).handler
  })
  const event = eventOf('operator-removal')

  test('refuses an event that IAM has not let through', async (t) => {
    const { answer } = await invoke(t, handler, withoutIam(event))
    assert.equal(answer.statusCode, 403)
  })

  test('answers 404 where there is no such organization', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 404)
    assert.equal(JSON.parse(answer.body).type, 'urn:latchkey:problem:organization_unknown')
  })
})
