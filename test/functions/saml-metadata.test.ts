import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Running } from '#test/flows/running-stack.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/saml-metadata/handler.ts')

describe('saml-metadata', () => {
  let running: Running
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    running = await environmentOf('saml-metadata')
    handler = (await importHandler()).handler
  })
  const event = eventOf('saml-metadata')

  test('asks for our certificates until it has them, and then no more', async (t) => {
    {
      using _ = strike(running.stack, 'BatchGetItem', { fault: 'fail-before' })
      const { answer: outage, lines } = await invoke(t, handler, event)
      assert.equal(outage.statusCode, 500)
      assert.equal(lines.length, 1)
    }
    using asked = strike(running.stack, 'BatchGetItem')
    const answers = await Promise.all([1, 2, 3].map(() => handler(event, {} as never)))
    assert.equal(new Set(answers.map(({ body }) => body)).size, 1)
    assert.equal(asked.bodies.length, 1)
  })

  test('shows the vendor-wide service provider', async (t) => {
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-type'], 'application/samlmetadata+xml; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=3600')
    assert.ok(answer.body.includes(`entityID="${running.stack.url}/saml/sp"`))
    assert.ok(answer.body.includes(`Location="${running.stack.url}/saml/acs"`))
    assert.ok(answer.body.includes(`Location="${running.stack.url}/saml/slo"`))
    const uses = [...answer.body.matchAll(/<md:KeyDescriptor use="(\w+)">/g)].map(([, use]) => use)
    assert.deepEqual(uses, ['signing', 'encryption'])
  })

  test("shows an organization's own service provider", async (t) => {
    const organization = `org_${'0'.repeat(32)}`
    const { answer } = await invoke(t, handler, { ...event, pathParameters: { organization } })
    assert.ok(answer.body.includes(`entityID="${running.stack.url}/saml/${organization}/sp"`))
    assert.ok(answer.body.includes(`Location="${running.stack.url}/saml/${organization}/slo"`))
  })

  for (const organization of ['shared', 'org_', `org_${'0'.repeat(33)}`, '"><x/>', `org_\n`]) {
    test(`answers 404 to ${JSON.stringify(organization)}`, async (t) => {
      const { answer } = await invoke(t, handler, { ...event, pathParameters: { organization } })
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.body, '{"error":"not_found"}')
    })
  }

  test('answers 304 to who has it already, and the whole to who has another', async (t) => {
    const { answer } = await invoke(t, handler, event)
    const etag = String(answer.headers['etag'])
    const asked = (tag: string) => ({
      ...event,
      headers: { ...event.headers, 'if-none-match': tag },
    })
    const { answer: same } = await invoke(t, handler, asked(etag))
    assert.equal(same.statusCode, 304)
    assert.equal(same.body, '')
    assert.equal(same.headers['etag'], etag)
    const { answer: other } = await invoke(t, handler, asked('"other"'))
    assert.equal(other.statusCode, 200)
  })

  test('is not of what can be no organization', async () => {
    const { stack } = await runningStack()
    const answer = await fetch(`${stack.url}/saml/acme/sp`)
    assert.equal(answer.status, 404)
    assert.deepEqual(await answer.json(), { error: 'not_found' })
  })

  test('is known again by its tag, at both addresses', async () => {
    const { stack } = await runningStack()
    for (const path of ['/saml/sp', `/saml/org_${'0'.repeat(32)}/sp`]) {
      const first = await fetch(stack.url + path)
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
      assert.equal((await fetch(stack.url + path, { headers })).status, 304)
    }
  })
})
