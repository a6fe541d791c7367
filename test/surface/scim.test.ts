import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openapi } from '#infra/openapi/document.ts'
import { SCIM_CALLS } from '#shared/http/scim-admission.ts'
import { newDirectoryId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import {
  newDirectory,
  newScimToken,
  type ScimResponse,
  type TestDirectory,
} from '#test/scim/new-directory.ts'
import { tables } from '#test/stores/tables.ts'

type Documented = {
  security: readonly object[]
  requestBody?: object
  responses: Readonly<Record<string, object>>
}

/** Every route of SCIM, as OpenAPI has it. */
const routes = Object.entries(openapi().paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Documented>).flatMap(([method, operation]) =>
    operation.security.some((scheme) => 'scim' in scheme)
      ? [{ method: method.toUpperCase(), path, operation }]
      : [],
  ),
)

const below = (path: string) =>
  path
    .replace('/scim/v2/{directory}', '')
    .replace('{id}', `${path.includes('/Groups/') ? 'grp' : 'usr'}_${'f'.repeat(32)}`)
    .replace('{proxy}', 'Devices')

let directory: TestDirectory
before(async () => {
  directory = await newDirectory()
})

function assertRefused(answer: ScimResponse, status: number) {
  assert.equal(answer.status, status, answer.text)
  assert.equal(answer.headers.get('content-type'), 'application/scim+json; charset=utf-8')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.deepEqual(answer.body['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
  assert.equal(answer.body['status'], String(status))
}

for (const { method, path, operation } of routes) {
  const hasBody = operation.requestBody !== undefined
  const send = (
    options: Parameters<TestDirectory['call']>[3] = {},
    body: unknown = hasBody ? {} : undefined,
    from = directory,
  ) => from.call(method, below(path), body, options)

  describe(`${method} ${path} refuses`, () => {
    test('who has no token', async () => {
      const answer = await send({ token: null })
      assertRefused(answer, 401)
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="latchkey"')
    })

    test("another directory's client, and one of a directory that there is not, alike", async () => {
      const { baseUrl, directory: other } = await newDirectory()
      const nowhere = `${directory.stack.url}/scim/v2/${newDirectoryId(other.orgId)}`
      const answers = [await send({ baseUrl }), await send({ baseUrl: nowhere })]
      for (const answer of answers) assertRefused(answer, 404)
      assert.equal(answers[0]?.text, answers[1]?.text)
    })

    test('a condition that is none', async () => {
      const answer = await send({ headers: { 'if-none-match': '1' } })
      assertRefused(answer, 400)
    })

    test('one request too many in a minute', async () => {
      const { ephemeral, put } = await tables()
      const { token } = await newScimToken(directory.directory)
      const now = toSeconds(epochMilliseconds())
      const hash = sha256(token.slice(-43)).slice(0, 16)
      for (const minute of [now - (now % 60), now - (now % 60) + 60]) {
        const pk = `rate#scim#${directory.directory.id}#${hash}#${minute}`
        await put(ephemeral, { pk, calls: SCIM_CALLS.most, expiresAt: now + 300 })
      }
      const answer = await send({ token })
      assertRefused(answer, 429)
      assert.match(answer.headers.get('retry-after') ?? '', /^\d{1,2}$/)
    })

    test('everybody while AWS cannot be reached, and tells nothing of why', async () => {
      const { faults } = directory.stack
      faults.onCall = ({ functionName }) =>
        functionName === 'operator' ? undefined : 'fail-before'
      try {
        const { token } = await newScimToken(directory.directory)
        const answer = await send({ token })
        assertRefused(answer, 500)
        assert.doesNotMatch(answer.text, /DynamoDB|Injected|InternalFailure|\.ts|at /)
      } finally {
        faults.onCall = undefined
      }
    })

    if (hasBody) {
      test('a body of another type, and one that is too large', async () => {
        assertRefused(await send({ headers: { 'content-type': 'text/plain' } }, '{}'), 415)
        const large = JSON.stringify({ userName: 'a'.repeat(1024 * 1024) })
        assertRefused(await send({}, large), 413)
      })

      test('a body that is no JSON', async () => {
        assertRefused(await send({}, '{'), 400)
      })
    }

    if (operation.responses['503']) {
      test('a change while the directory is paused', async () => {
        const paused = await newDirectory({ state: 'paused' })
        const answer = await send({}, hasBody ? {} : undefined, paused)
        assertRefused(answer, 503)
        assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
      })
    }
  })
}
