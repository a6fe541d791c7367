import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { environmentOf, eventOf, invoke, withForm } from './invoke.ts'

const importHandler = () => import('#functions/login-discover/handler.ts')

describe('login-discover', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('login-discover')
    handler = (await importHandler()).handler
  })
  const event = eventOf('login-discover')

  test('answers where an address signs in, known or not, and logs nothing of it', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 200)
    const { url } = JSON.parse(answer.body) as { url: string }
    assert.match(url, /\/login\/start\?domain=acme\.example&product=training$/)
    assert.deepEqual(lines, [])
  })

  const questions = [
    ['no JSON', 'ada'],
    ['no address', '{}'],
    ['half an address', '{"email":"ada@"}'],
    ['two addresses', '{"email":"a@b.example,c@d.example"}'],
    ['a property too many', '{"email":"ada@acme.example","admin":true}'],
    ['an unknown form of product', '{"email":"ada@acme.example","product":"../x"}'],
  ] as const
  for (const [name, body] of questions) {
    test(`answers ${name} with a problem`, async (t) => {
      const { answer } = await invoke(t, handler, { ...event, body })
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.headers['content-type'], 'application/problem+json')
    })
  }

  test('answers what is no form with the page, and a word about it', async (t) => {
    const posted = { ...event, routeKey: 'POST /login', rawPath: '/login' }
    const { answer } = await invoke(t, handler, posted)
    assert.equal(answer.statusCode, 400)
    assert.match(answer.body, /role="alert"/)
  })

  test('sends a form on', async (t) => {
    const headers = { ...event.headers, 'content-type': 'application/x-www-form-urlencoded' }
    const form = withForm(
      { ...event, headers, isBase64Encoded: true },
      { email: 'ada@acme.example' },
    )
    const { answer } = await invoke(t, handler, { ...form, routeKey: 'POST /login' })
    assert.equal(answer.statusCode, 303)
  })
})
