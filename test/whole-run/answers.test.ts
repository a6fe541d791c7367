import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endpoints } from '#infra/routes.ts'
import { generalRefusals, type Operation } from '#shared/http/contract.ts'
import { problemTable } from '#shared/http/problem-table.ts'
import { answers } from '#test/flows/answers.ts'

/**
 * The last file of a whole run (`npm test`): what the tests before it have seen of the API. A run of
 * some files has seen some of it, and only what was undocumented is told.
 */
const IS_WHOLE_RUN = process.env['LATCHKEY_WHOLE_RUN'] === '1'

/** What only a fault of ours would bring: the doctor tells of what is away, it does not fail. */
const UNREACHABLE = ['GET /operator/doctor 500 server_error']

const documented = endpoints.flatMap(({ contract = {} }) =>
  Object.entries<Operation>(contract).flatMap(([key, operation]) => [
    ...Object.keys(operation.answers).map((status) => `${key} ${status}`),
    ...[...generalRefusals(key, operation), ...(operation.refusals ?? [])].map(
      (cause) => `${key} ${problemTable[cause].status} ${cause}`,
    ),
  ]),
)

describe('the answers of all routes in this run', () => {
  test('are documented: status, type and form', () => {
    assert.deepEqual([...answers.undocumented].toSorted(byText), [])
  })

  test('include every one that the contracts list', { skip: !IS_WHOLE_RUN }, () => {
    const missing = documented.filter((answer) => !answers.reached.has(answer))
    assert.deepEqual(missing.toSorted(byText), UNREACHABLE)
  })
})

const byText = (a: string, b: string) => a.localeCompare(b)
