import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cursorOf } from '#shared/http/paging.ts'
import { problemTable } from '#shared/http/problem-table.ts'
import type { Answer } from '#test/flows/admin-client.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import type { ApiRoute } from './routes.ts'

/** What a test sends to a route; what is not said is as it should be. */
export type Sent = {
  org?: string
  ids?: Record<string, string>
  query?: string
  /** Undefined ones are not sent. */
  headers?: Record<string, string | undefined>
  body?: string
  key?: string | undefined
}

/** A route, and how its test calls it. */
export type Tested = ApiRoute & { send: (sent?: Sent) => Promise<Answer> }

/** @param cause as the problem document names it */
export function assertRefused(answer: Answer, status: number, cause: string) {
  assert.equal(answer.body['type'], `urn:latchkey:problem:${cause}`, answer.text)
  assert.equal(answer.status, status)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
}

/** Whoever calls: what a route does not take is refused, each for its own cause. */
export function refusesInput(tested: Tested) {
  refusesIds(tested)
  refusesHeaders(tested)
  refusesValues(tested)
  refusesCursors(tested)
}

/** @param input what is sent, where anything must be */
export function refusesWhereTablesAreAway({ send }: Tested, input: Sent = {}) {
  test('all while the tables cannot be reached, with the id of the request alone', async () => {
    const { faults } = (await runningStack()).stack
    faults.onCall = ({ functionName }) => (functionName === 'operator' ? undefined : 'fail-before')
    try {
      const answer = await send(input)
      assertRefused(answer, 500, 'server_error')
      assert.deepEqual(Object.keys(answer.body), ['type', 'title', 'status', 'detail'])
    } finally {
      faults.onCall = undefined
    }
  })
}

function refusesIds({ send, operation }: Tested) {
  for (const [name, [isId, unknown]] of Object.entries(operation.ids ?? {})) {
    for (const id of ['x', `${name}_`, 'F'.repeat(32), '..;', ' '].filter((one) => !isId(one))) {
      test(`${JSON.stringify(id)} as ${name}`, async () => {
        const { status } = problemTable[unknown]
        assertRefused(await send({ ids: { [name]: id } }), status, unknown)
      })
    }
  }
}

function refusesHeaders({ send, operation, method }: Tested) {
  const { ifMatch, isRepeatable } = operation
  if (ifMatch) {
    test('an If-Match that is no list of tags', async () => {
      assertRefused(await send({ headers: { 'if-match': 'a' } }), 400, 'if_match_malformed')
    })
  }
  if (ifMatch === 'required') {
    test('a change that does not say what it changes', async () => {
      const answer = await send({ headers: { 'if-match': undefined }, body: '{}' })
      assertRefused(answer, 428, 'precondition_required')
    })
  }
  if (method === 'GET') return
  const cause = isRepeatable ? 'idempotency_key_malformed' : 'idempotency_key_unsupported'
  test('an Idempotency-Key that can be none, or has no use', async () => {
    const headers = { 'idempotency-key': 'a b' }
    assertRefused(await send({ headers, body: '{}' }), 400, cause)
  })
}

function refusesValues({ send, operation }: Tested) {
  if (operation.query || operation.body) {
    test('what it does not take', async () => {
      const query = operation.query ? '?nothing=1' : ''
      assertRefused(await send({ query, body: '{"nothing":1}' }), 422, 'request_refused')
    })
  }
  if (operation.query) {
    test('a parameter that is there twice', async () => {
      const answer = await send({ query: '?limit=1&limit=2&confirm=a&confirm=b', body: '{}' })
      assertRefused(answer, 422, 'request_refused')
    })
  }
  if (operation.body) {
    test('a body that is no JSON, of another type, a list or too large', async () => {
      assertRefused(await send({ body: '{' }), 400, 'body_malformed')
      const plain = { 'content-type': 'text/plain' }
      assertRefused(await send({ body: 'a', headers: plain }), 415, 'unsupported_type')
      assertRefused(await send({ body: '[]' }), 422, 'request_refused')
      assertRefused(await send({ body: `"${'a'.repeat(1_600_000)}"` }), 413, 'too_large')
    })
  }
}

/** What no list of ours has answered as `next`. */
const cursors = {
  'an empty cursor': '',
  'a cursor that is no base64url': '!',
  'a cursor that is written otherwise than ours': 'YR',
  'a cursor with more than any key has': cursorOf('a'.repeat(1500)),
  'a cursor with more bytes than any key has': cursorOf('é'.repeat(600)),
}

function refusesCursors({ send, operation }: Tested) {
  const { entries = {} } = (operation.query ?? {}) as { entries?: object }
  if (!('cursor' in entries)) return
  for (const [name, cursor] of Object.entries(cursors)) {
    test(name, async () => {
      const answer = await send({ query: `?cursor=${encodeURIComponent(cursor)}`, body: '{}' })
      assertRefused(answer, 422, 'request_refused')
    })
  }
}
