import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { openapi } from '#infra/openapi/document.ts'
import type { OrgId } from '#shared/ids.ts'
import { newAdmin, newApiKey } from '#test/flows/admin-client.ts'
import { jsonArbitrary } from './json-arbitrary.ts'
import { pathOf } from './routes.ts'

/** Requests of a run; the issue is what they find, and a machine has only two cores. */
const REQUESTS = 2400
const AT_ONCE = 6
/** Each may make 600 calls a minute. */
const KEYS = 10

type Documented = {
  security: readonly Record<string, unknown>[]
  parameters: readonly { name?: string; in?: string }[]
  requestBody?: { content: Record<string, { schema: object }> }
}
type Route = { method: string; path: string; operation: Documented }
type Request = { method: string; path: string; headers: Record<string, string>; body?: string }

const document = openapi()
const components = document.components.schemas
const routes: readonly Route[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    operation: operation as Documented,
  })),
)

const segment = fc.oneof(
  fc.constant(undefined),
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '..',
    '%',
    '\u0000',
    '*',
    'org_',
    'null',
    'a'.repeat(300),
    '\u{1f600}',
    '__proto__',
  ),
)
const headerText = fc.stringMatching(/^[\x20-\x7e]{0,40}$/)

/** What a caller may send to a route, right and wrong. */
function requestTo({ method, path, operation }: Route, world: World): fc.Arbitrary<Request> {
  const named = (place: string) =>
    operation.parameters.flatMap((one) => (one.in === place && one.name ? [one.name] : []))
  const [type = '', media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const body = media ? jsonArbitrary(media.schema, components) : fc.constant(undefined)
  return fc
    .record({
      ids: fc.record(Object.fromEntries(named('path').map((name) => [name, segment]))),
      query: fc.array(
        fc.tuple(fc.constantFrom('limit', 'cursor', 'x', ...named('query')), fc.string()),
        { maxLength: 3 },
      ),
      body,
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant(type || 'application/json') },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml', 'a') },
      ),
      ifMatch: fc.option(fc.oneof(fc.constantFrom('*', '"1"', 'W/"1"'), headerText)),
      idempotencyKey: fc.option(headerText, { freq: 6 }),
      key: fc.constantFrom(...world.keys),
      isOwn: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ ids, query, body: value, type: contentType, ifMatch, idempotencyKey, key, isOwn }) => {
      const given = Object.fromEntries(
        Object.entries(ids).flatMap(([name, id]) => (typeof id === 'string' ? [[name, id]] : [])),
      )
      const organization = isOwn > 0 ? { organization: world.orgId } : {}
      const search = query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
      const isForm = contentType === 'application/x-www-form-urlencoded'
      const isSent = method !== 'GET' && value !== undefined
      return {
        method,
        path: `${pathOf(path, { ...given, ...organization })}?${search}`,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': contentType,
          ...(ifMatch !== null && { 'if-match': ifMatch }),
          ...(idempotencyKey !== null && { 'idempotency-key': idempotencyKey }),
        },
        ...(isSent && { body: isForm ? formOf(value) : JSON.stringify(value) }),
      }
    })
}

const formOf = (value: unknown) =>
  new URLSearchParams(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([name, one]) => [
      name,
      String(one).toWellFormed(),
    ]),
  ).toString()

type World = { orgId: OrgId; keys: readonly string[] }

describe('the API, whatever is sent to it', () => {
  test(`answers ${REQUESTS} requests without a fault of ours`, async () => {
    const { orgId, stack } = await newAdmin()
    const keys = await Promise.all(Array.from({ length: KEYS }, () => newApiKey(orgId, 'admin')))
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1e9)
    const arbitrary = fc.oneof(...routes.map((route) => requestTo(route, { orgId, keys })))
    const requests = fc.sample(arbitrary, { numRuns: REQUESTS, seed })
    const faults: string[] = []
    const statuses = new Map<number, number>()
    const send = async () => {
      for (let next = requests.pop(); next; next = requests.pop()) {
        const { path, ...request } = next
        const response = await fetch(`${stack.url}${path}`, { ...request, redirect: 'manual' })
        await response.arrayBuffer()
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        if (response.status >= 500)
          faults.push(JSON.stringify({ status: response.status, ...next }))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, send))
    assert.deepEqual(faults, [], `FUZZ_SEED=${seed}`)
    // Else nothing but refusals at the door would have been tried.
    for (const status of [200, 404, 422]) assert.ok((statuses.get(status) ?? 0) > REQUESTS / 50)
  })
})
