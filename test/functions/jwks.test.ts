import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { keyIdOf } from '#shared/tokens/jwks.ts'
import type { Running } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/jwks/handler.ts')

describe('jwks', () => {
  let running: Running
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    running = await environmentOf('jwks')
    handler = (await importHandler()).handler
  })

  test('answers the keys that verify our JWTs; asks KMS until it answers, and then no more', async (t) => {
    const event = eventOf('jwks')
    {
      using _ = strike(running.stack, 'GetPublicKey', { fault: 'fail-before' })
      const { answer: outage, lines } = await invoke(t, handler, event)
      assert.equal(outage.statusCode, 500)
      assert.equal(lines.length, 1)
    }
    using asked = strike(running.stack, 'GetPublicKey')
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'public, max-age=300')
    const { keys } = JSON.parse(answer.body) as { keys: { kid: string }[] }
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      [keyIdOf(String(running.stack.environmentOf('jwks')['JWT_KEY_ARN']))],
    )
    assert.deepEqual((await invoke(t, handler, event)).answer, answer)
    assert.equal(asked.bodies.length, 1)
  })
})
