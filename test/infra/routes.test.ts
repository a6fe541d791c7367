import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { functionNames } from '#infra/bundle.ts'
import { consumers } from '#infra/consumers.ts'
import { endpoints } from '#infra/routes.ts'

const namesIn = (folder: string, ending: string) =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))

const listed = [...endpoints, ...consumers].map(({ fn }) => fn)

describe('each function of infra/routes.ts and infra/consumers.ts', () => {
  const places = [
    ['a folder in functions/', functionNames()],
    ['a request in events/', namesIn('events', '.json')],
    ['a test in test/functions/', namesIn('test/functions', '.test.ts')],
  ] as const
  for (const [name, found] of places) {
    test(`has ${name}, and there is no other`, () => {
      assert.deepEqual(new Set(found), new Set(listed))
    })
  }

  test('is listed once', () => {
    assert.equal(new Set(listed).size, listed.length)
  })
})

describe('each route', () => {
  const routes = endpoints.flatMap((endpoint) => [...endpoint.routes])

  test('is listed once', () => {
    const keys = routes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
    assert.equal(new Set(keys).size, keys.length)
  })

  for (const { method, path, summary } of routes) {
    test(`${method} ${path} is spelled as API Gateway takes it, and says what it is for`, () => {
      assert.match(path, /^(?:\/(?:[a-zA-Z0-9.-]+|\{[a-z][a-zA-Z]*\}))+(?:\/\{[a-z]+\+\})?$/)
      assert.match(summary, /^[A-Z].{10,}[^.]$/)
    })
  }
})
