import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { openapi } from '#infra/openapi/document.ts'
import type { LocalStack } from '#local/stack.ts'
import type { OrgId } from '#shared/ids.ts'
import { newAdmin, newApiKey } from '#test/flows/admin-client.ts'
import { answers } from '#test/flows/answers.ts'
import { signedFetch } from '#test/flows/signed-fetch.ts'
import { jsonArbitrary } from './json-arbitrary.ts'
import { newObjects } from './objects.ts'
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
type Request = {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
  isSigned: boolean
}

const document = openapi()
const components = document.components.schemas
const isOfScim = ({ operation }: Route) => operation.security.some((one) => 'scim' in one)
/** Those of SCIM have a test of their own. */
const routes: readonly Route[] = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as Documented,
    })),
  )
  .filter((route) => !isOfScim(route))

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

/** What is right gets on to what a route does; what is wrong is refused before. */
const mostly = <Right, Wrong>(right: Right, wrong: fc.Arbitrary<Wrong>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: wrong })

/** What a caller may send to a route, right and wrong. */
function requestTo({ method, path, operation }: Route, world: World): fc.Arbitrary<Request> {
  const named = (place: string) =>
    operation.parameters.flatMap((one) => (one.in === place && one.name ? [one.name] : []))
  const isSigned = operation.security.some((scheme) => 'operator' in scheme)
  const there = isSigned ? { ...world.ids, product: world.product } : world.ids
  const [type = '', media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const body = media ? jsonArbitrary(media.schema, components) : fc.constant(undefined)
  return fc
    .record({
      ids: fc.record(
        Object.fromEntries(named('path').map((name) => [name, mostly(there[name], segment)])),
      ),
      query: mostly<[string, string][], [string, string][]>(
        [],
        fc.array(
          fc.tuple(fc.constantFrom('limit', 'cursor', 'x', ...named('query')), fc.string()),
          { maxLength: 3 },
        ),
      ),
      body,
      type: mostly(
        type || 'application/json',
        fc.constantFrom('text/plain', 'application/xml', 'a'),
      ),
      ifMatch: mostly('*', fc.option(fc.oneof(fc.constantFrom('"1"', 'W/"1"'), headerText))),
      idempotencyKey: mostly(null, fc.oneof(fc.uuid(), headerText)),
      key: fc.constantFrom(...world.keys),
      isOwn: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ ids, query, body: value, type: contentType, ifMatch, idempotencyKey, key, isOwn }) => {
      const given = Object.fromEntries(
        Object.entries(ids).flatMap(([name, id]) => (typeof id === 'string' ? [[name, id]] : [])),
      )
      const product = { product: there['product'] ?? '' } // never another one by chance
      const own = isOwn > 0 ? { organization: world.orgId, ...product } : {}
      const search = query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
      const isForm = contentType === 'application/x-www-form-urlencoded'
      const isSent = method !== 'GET' && value !== undefined
      return {
        isSigned,
        method,
        path: `${pathOf(path, { ...product, ...given, ...own })}?${search}`,
        headers: {
          ...(!isSigned && { authorization: `Bearer ${key}` }),
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

/**
 * What there is at first; `product`: one that no other test has, as operators may change and remove it.
 */
type World = {
  orgId: OrgId
  keys: readonly string[]
  product: string
  ids: Readonly<Record<string, string>>
}

describe('the API, whatever is sent to it', () => {
  test(`answers ${REQUESTS} requests without a fault of ours`, async () => {
    const admin = await newAdmin()
    const { orgId, stack } = admin
    const keys = await Promise.all(Array.from({ length: KEYS }, () => newApiKey(orgId, 'admin')))
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1e9)
    const world = { orgId, keys, product: `fuzz-${seed}`, ids: await newObjects(admin) }
    const arbitrary = fc.oneof(...routes.map((route) => requestTo(route, world)))
    const requests = fc.sample(arbitrary, { numRuns: REQUESTS, seed })
    const { faults, statuses } = await sendAll(stack, requests)
    assert.deepEqual(faults, [], `FUZZ_SEED=${seed}`)
    // Else nothing but refusals at the door would have been tried.
    for (const counted of Object.values(statuses)) {
      const all = [...counted.values()].reduce((sum, count) => sum + count, 0)
      for (const status of [200, 404, 422]) assert.ok((counted.get(status) ?? 0) > all / 50)
    }
  })
})

async function sendAll(stack: LocalStack, requests: Request[]) {
  const faults: string[] = []
  const statuses = { signed: new Map<number, number>(), others: new Map<number, number>() }
  const signed = signedFetch(stack)
  const answerOf = ({ isSigned, path, ...request }: Request) =>
    isSigned
      ? signed(path, request)
      : fetch(`${stack.url}${path}`, { ...request, redirect: 'manual' })
  const send = async () => {
    for (let next = requests.pop(); next; next = requests.pop()) {
      const response = await answerOf(next)
      await response.arrayBuffer()
      const { status } = response
      const counted = next.isSigned ? statuses.signed : statuses.others
      counted.set(status, (counted.get(status) ?? 0) + 1)
      if (status >= 500) faults.push(JSON.stringify({ status, ...next }))
    }
  }
  answers.isByChance = true
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, send))
  } finally {
    answers.isByChance = false
  }
  return { faults, statuses }
}
