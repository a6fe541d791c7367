import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import { Creation, revision, SettingsPatch, SourceBody } from '#functions/idps/schema.ts'
import { settingsOf } from '#shared/idps/settings.ts'
import { newOrgId } from '#shared/ids.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { provider } from '#test/shared/sign-in/example.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/idps/handler.ts')

describe('idps', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('idps')
    handler = (await importHandler()).handler
  })
  const event = eventOf('idps')

  test('refuses a key that nobody has, and says only in the log what is wrong with it', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.doesNotMatch(answer.body, /unknown/)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"caller_refused".*"key_unknown"/)
  })

  test('answers who has a key of the organization, and logs ids only', async (t) => {
    const organization = newOrgId()
    const key = await newApiKey(organization, 'admin')
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      pathParameters: { organization },
      headers: { ...event.headers, authorization: `Bearer ${key}` },
      body: '{"source":{"kind":"url","url":"https://127.0.0.1/metadata"}}',
    })
    assert.equal(answer.statusCode, 422)
    assert.match(answer.body, /"address_forbidden"/)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"admin_call".*"status":422/)
    assert.ok(!lines[0]?.includes(key.slice(-43)))
  })

  test('answers a fault with a problem that tells nothing but the request', async (t) => {
    const { stack } = await environmentOf('idps')
    const key = await newApiKey(newOrgId(), 'admin')
    stack.faults.onCall = () => 'fail-before'
    try {
      const headers = { ...event.headers, authorization: `Bearer ${key}` }
      const { answer } = await invoke(t, handler, { ...event, headers })
      assert.equal(answer.statusCode, 500)
      assert.deepEqual(JSON.parse(answer.body), {
        type: 'urn:latchkey:problem:server_error',
        title: 'Something went wrong here',
        status: 500,
        detail: `Request ${event.requestContext.requestId}`,
      })
    } finally {
      stack.faults.onCall = undefined
    }
  })
})

describe('the bodies of idps', () => {
  /** Objects with our names in them, so that most of them come close. */
  const names = [
    'source',
    'settings',
    'kind',
    'url',
    'name',
    'attributeNames',
    'email',
    '__proto__',
  ]
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom('url', 'file', 'parameters', 'okta', null, true, 0, 1e9, ''),
      fc.string(),
    ),
    tree: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('tree')),
    ),
  }))

  test('are taken or refused, whatever they hold', () => {
    fc.assert(
      fc.property(tree, (body) => {
        for (const schema of [Creation, SourceBody, SettingsPatch]) {
          const parsed = v.safeParse(schema, body)
          assert.ok(parsed.success || parsed.issues.length > 0)
        }
      }),
    )
  })

  test('are patches that leave settings which are settings, or are refused', () => {
    const before = settingsOf(provider)
    fc.assert(
      fc.property(tree, (body) => {
        const patch = v.safeParse(SettingsPatch, body)
        if (!patch.success) return
        const revised = revision(patch.output)(before)
        if (!revised.ok) return
        assert.equal(typeof revised.value.name, 'string')
        const again = revision({})(revised.value)
        assert.deepEqual(again, revised)
      }),
    )
  })

  test('may be as deep as a body can be', () => {
    const deep = JSON.parse(`${'{"source":'.repeat(100_000)}1${'}'.repeat(100_000)}`) as unknown
    assert.equal(v.safeParse(Creation, deep).success, false)
    assert.equal(v.safeParse(SettingsPatch, { attributeNames: deep }).success, false)
  })
})
