import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { keyIdOf } from '#shared/tokens/jwks.ts'
import type { Running } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'
import { nextJwtKey } from './next-jwt-key.ts'

const importHandler = () => import('#functions/jwks/handler.ts')

describe('jwks', () => {
  let running: Running
  let keyArns: readonly string[]
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    running = await environmentOf('jwks')
    const { JWT_KEY_ARNS = '' } = running.stack.environmentOf('jwks')
    keyArns = [JWT_KEY_ARNS, await nextJwtKey()]
    process.env['JWT_KEY_ARNS'] = keyArns.join(',')
    handler = (await importHandler()).handler
    process.env['JWT_KEY_ARNS'] = JWT_KEY_ARNS
  })

  test('answers all keys that verify our JWTs; asks KMS until it answers, and then no more', async (t) => {
    const event = eventOf('jwks')
    {
      using _ = strike(running.stack, 'GetPublicKey', { fault: 'fail-before' })
      const { answer: outage, lines } = await invoke(t, handler, event)
      assert.equal(outage.statusCode, 500)
      assert.equal(lines.length, 1)
    }
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'public, max-age=300')
    const { keys } = JSON.parse(answer.body) as { keys: { kid: string; n: string }[] }
    assert.deepEqual(
      keys.map(({ kid }) => kid),
      keyArns.map(keyIdOf),
    )
    assert.equal(new Set(keys.map(({ n }) => n)).size, 2)
    using _ = strike(running.stack, 'GetPublicKey', { fault: 'fail-before' })
    assert.deepEqual((await invoke(t, handler, event)).answer, answer)
  })
})
