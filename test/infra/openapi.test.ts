import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { documentedPath, methodsOf, openapi } from '#infra/openapi/document.ts'
import { endpoints } from '#infra/routes.ts'

const written = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')

describe('docs/openapi.json', () => {
  test('is what the routes and schemas say: npm run openapi writes it', () => {
    assert.equal(written, `${JSON.stringify(openapi(), undefined, 2)}\n`)
  })

  test('has every route, once', () => {
    const { paths } = openapi()
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = endpoints.flatMap((one) =>
      one.routes.flatMap((r) =>
        methodsOf(r).map((method) => `${method} ${documentedPath(r.path)}`),
      ),
    )
    assert.deepEqual(new Set(documented), new Set(routes))
    assert.equal(documented.length, routes.length)
  })

  test('names every operation differently', () => {
    const ids = [...written.matchAll(/"operationId": "([^"]+)"/g)].map(([, id]) => id)
    assert.ok(ids.length > 20)
    assert.equal(new Set(ids).size, ids.length)
  })

  test('passes the linter', async () => {
    const config = await createConfig({
      extends: ['recommended'],
      // Of pages: some only redirect, and some have nothing to refuse.
      rules: { 'operation-2xx-response': 'off', 'operation-4xx-response': 'off' },
    })
    const problems = await lintFromString({
      source: written,
      absoluteRef: 'docs/openapi.json',
      config,
    })
    const told = problems.map(({ ruleId, message, location }) => ({
      ruleId,
      message,
      at: location[0]?.pointer,
    }))
    assert.deepEqual(told, [])
  })
})
