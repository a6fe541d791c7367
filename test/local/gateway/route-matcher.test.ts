import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { routeMatcher } from '#local/gateway/route-matcher.ts'

const matcherOf = (...routeKeys: string[]) =>
  routeMatcher(routeKeys.map((routeKey) => ({ routeKey, functionName: 'probe' })))

const awsExample = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'GET /pets/dog/{id}',
  'GET /pets/dog/1',
]

const chosen: readonly [request: string, routes: readonly string[], expected: string][] = [
  // The worked example of API Gateway's guide.
  ['GET /pets/dog/1', awsExample, 'GET /pets/dog/1'],
  ['GET /pets/dog/2', awsExample, 'GET /pets/dog/{id}'],
  ['GET /pets/cat/1', awsExample, 'GET /pets/{proxy+}'],
  ['POST /test/5', awsExample, 'ANY /{proxy+}'],
  ['GET /', awsExample, '$default'],
  ['GET /a/b', ['GET /{x}/b', 'GET /a/{x}'], 'GET /a/{x}'],
  ['GET /a/b/c', ['GET /{proxy+}', 'GET /a/{proxy+}', 'GET /a/b/{proxy+}'], 'GET /a/b/{proxy+}'],
  ['GET /a/b', ['GET /a/{proxy+}', 'GET /{x}/{y}'], 'GET /{x}/{y}'],
  ['GET /a', ['ANY /a', 'GET /a'], 'GET /a'],
  ['POST /a', ['ANY /a', 'GET /a'], 'ANY /a'],
  ['GET /a', ['ANY /a', 'GET /{x}'], 'GET /{x}'],
  ['POST /a/b', ['GET /a/b', 'POST /a/{proxy+}'], 'POST /a/{proxy+}'],
  ['GET /a', ['GET /a/{proxy+}'], 'none'],
  ['GET /a/', ['GET /a/{proxy+}', 'GET /a/{x}', 'GET /a'], 'none'],
  ['GET /a', ['GET /a/'], 'none'],
  ['GET /a/b/c', ['GET /a/{x}'], 'none'],
  ['GET /A', ['GET /a'], 'none'],
  ['HEAD /a', ['GET /a'], 'none'],
  ['HEAD /a', ['ANY /a'], 'ANY /a'],
  ['GET /', ['GET /'], 'GET /'],
  ['PURGE /x', ['$default', 'GET /x'], '$default'],
]
for (const [request, routes, expected] of chosen) {
  test(`${request} among ${routes.join(', ')} is for ${expected}`, () => {
    const [method = '', path = ''] = request.split(' ')
    const found = matcherOf(...routes)(method, path)
    assert.equal(found?.route.routeKey ?? 'none', expected)
  })
}

test('path parameters are captured under their names', () => {
  const match = matcherOf('GET /saml/{organization}/idps/{idp}/{rest+}')
  assert.deepEqual(match('GET', '/saml/org 1/idps/idp_2/a/b//c')?.pathParameters, {
    organization: 'org 1',
    idp: 'idp_2',
    rest: 'a/b//c',
  })
})

test('a parameter may be called like a property of every object', () => {
  const found = matcherOf('GET /{__proto__}')('GET', '/x')
  assert.deepEqual(Object.entries(found?.pathParameters ?? {}), [['__proto__', 'x']])
})

for (const routeKey of ['get /a', 'GET a', '/a', 'GET  /a', 'TRACE /a', '']) {
  test(`${JSON.stringify(routeKey)} is no route key`, () => {
    assert.throws(() => matcherOf(routeKey), /^Error: Not a route key of an HTTP API/)
  })
}

const segment = fc.oneof(
  fc.constantFrom('', 'a', 'b', '.', '..', '{x}', '{x+}', '__proto__', '%2f'),
  fc.string({ unit: 'binary' }),
)
const path = fc.array(segment, { minLength: 1 }).map((segments) => `/${segments.join('/')}`)
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'ANY', '')

test('any path finds a route that fits it, or none, and never throws', () => {
  const match = matcherOf('GET /a', 'GET /{x}', 'ANY /a/{x}/b', 'POST /a/{rest+}')
  fc.assert(
    fc.property(method, path, (requested, requestedPath) => {
      const found = match(requested, requestedPath)
      if (!found) return
      const [allowed, template = ''] = found.route.routeKey.split(' ')
      assert.ok(allowed === 'ANY' || allowed === requested)
      const filled = template.replace(
        /\{(\w+)\+?\}/g,
        (_, name: string) => found.pathParameters[name] ?? '',
      )
      assert.equal(filled, requestedPath)
    }),
  )
})

test('$default takes whatever no other route takes', () => {
  const match = matcherOf('GET /a/{x}', '$default')
  fc.assert(
    fc.property(method, path, (requested, requestedPath) => {
      assert.ok(match(requested, requestedPath))
    }),
  )
})

test('the order in which routes are listed does not matter', () => {
  const listed = fc.shuffledSubarray(awsExample, { minLength: awsExample.length })
  fc.assert(
    fc.property(listed, method, path, (routes, requested, requestedPath) => {
      const ours = matcherOf(...routes)(requested, requestedPath)
      assert.deepEqual(ours, matcherOf(...awsExample)(requested, requestedPath))
    }),
  )
})
