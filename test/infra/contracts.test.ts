import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoints } from '#infra/routes.ts'
import { generalRefusals, type Operation } from '#shared/http/contract.ts'
import { problemTable } from '#shared/http/problem-table.ts'

const operations = endpoints.flatMap(({ contract = {}, routes }) =>
  Object.entries<Operation>(contract).map(([key, operation]) => ({
    key,
    operation,
    isForOperators: routes.some(({ auth }) => auth === 'operator'),
  })),
)

describe('the contract of each administration and operator route', () => {
  for (const { key, operation, isForOperators } of operations) {
    const [method = '', path = ''] = key.split(' ')

    test(`${key} says who may call it, and what a success answers`, () => {
      assert.equal(operation.roles.length === 0, isForOperators) // about whom IAM decides
      assert.ok(Object.keys(operation.answers).length > 0)
      for (const [status, schema] of Object.entries(operation.answers)) {
        assert.equal(schema === null, status === '204' || status === '202')
      }
    })

    test(`${key} does not know what cannot be an id of an organization's`, () => {
      if (operation.roles.length === 0) return
      for (const [, unknown] of Object.values(operation.ids ?? {})) {
        assert.equal(problemTable[unknown].status, 404, unknown)
      }
    })

    test(`${key} names each refusal once`, () => {
      const all = [...generalRefusals(key, operation), ...(operation.refusals ?? [])]
      const own = operation.refusals ?? []
      assert.equal(new Set(own).size, own.length)
      for (const cause of all) assert.ok(problemTable[cause], cause)
    })

    test(`${key} takes ids that are in its path, and a body only where there can be one`, () => {
      for (const name of Object.keys(operation.ids ?? {})) assert.ok(path.includes(`{${name}}`))
      if (method === 'GET') assert.equal(operation.body, undefined)
      if (method === 'GET') assert.equal(operation.isRepeatable, undefined)
    })

    test(`${key} lets no reader change anything, and every reader look`, () => {
      const { roles } = operation
      assert.equal(roles.includes('reader'), method === 'GET' && !isForOperators)
    })
  }
})

describe('the problem table', () => {
  for (const [cause, { status, title }] of Object.entries(problemTable)) {
    test(`answers ${cause} with a status of its kind and a title`, () => {
      assert.match(cause, /^[a-z0-9]+(?:_[a-z0-9]+)*$/)
      assert.ok(status >= 400 && status < 600)
      assert.match(title, /^[A-Z].{8,}[^.]$/)
    })
  }
})
