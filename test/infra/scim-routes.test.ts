import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoints } from '#infra/routes.ts'
import { knownPaths } from '#shared/scim/discovery/known-paths.ts'

const BASE = '/scim/v2/{directory}'

/** Without those that take what no other takes. */
const routes = endpoints
  .flatMap((endpoint) => [...endpoint.routes])
  .filter(({ method, auth }) => auth === 'scim' && method !== 'ANY')
const byPath = Map.groupBy(routes, ({ path }) => path.slice(BASE.length))

describe('the routes of SCIM', () => {
  test('are below a directory, and each of them needs its token', () => {
    for (const { routes: some } of endpoints.filter(({ fn }) => /^scim-(?!tokens)/.test(fn))) {
      for (const { path, auth } of some) {
        assert.ok(path.startsWith(BASE))
        assert.equal(auth, 'scim')
      }
    }
  })

  for (const [path, own] of byPath) {
    test(`take at ${path} the methods that a 405 tells of`, () => {
      assert.deepEqual(new Set(own.map(({ method }) => method)), new Set<string>(knownPaths[path]))
    })
  }
})
