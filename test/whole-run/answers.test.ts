import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openapi } from '#infra/openapi/document.ts'
import { endpoints } from '#infra/routes.ts'
import { generalRefusals, type Operation } from '#shared/http/contract.ts'
import { problemTable } from '#shared/http/problem-table.ts'
import { answers } from '#test/flows/answers.ts'

/**
 * The last file of test/suites/flows.ts: what the tests before it have seen of the API. A run of some
 * files has seen some of it, and only what was undocumented is told.
 */
const IS_WHOLE_RUN = process.env['LATCHKEY_WHOLE_RUN'] === '1'

/** What only a fault of ours would bring: the doctor tells of what is away, it does not fail. */
const UNREACHABLE = ['GET /operator/doctor 500 server_error']

/** Causes of the administration API and of the operators' routes. */
const documentedCauses = endpoints.flatMap(({ contract = {} }) =>
  Object.entries<Operation>(contract).flatMap(([key, operation]) => [
    ...Object.keys(operation.answers).map((status) => `${key} ${status}`),
    ...[...generalRefusals(key, operation), ...(operation.refusals ?? [])].map(
      (cause) => `${key} ${problemTable[cause].status} ${cause}`,
    ),
  ]),
)

type Documented = { security: readonly object[]; responses: object }

/** IAM refuses at the gateway, before the function that is heard here: see operator.test.ts. */
const isOfGateway = ({ security }: Documented, status: string) =>
  status === '403' && security.some((scheme) => 'operator' in scheme)

/** Statuses of all routes, as functions answer them. */
const documentedStatuses = Object.entries(openapi().paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Documented>).flatMap(([method, operation]) =>
    Object.keys(operation.responses)
      .filter((status) => !isOfGateway(operation, status))
      .map((status) => `${method.toUpperCase()} ${path} ${status}`),
  ),
)
const withoutCause = (answer: string) => answer.split(' ', 3).join(' ')

describe('the answers of all routes in this run', () => {
  test('are documented: status, type and form', () => {
    assert.deepEqual([...answers.undocumented].toSorted(byText), [])
  })

  test('include every cause that is documented', { skip: !IS_WHOLE_RUN }, () => {
    const missing = documentedCauses.filter((answer) => !answers.reached.has(answer))
    assert.deepEqual(missing.toSorted(byText), UNREACHABLE)
  })

  test('include every status that is documented', { skip: !IS_WHOLE_RUN }, () => {
    const reached = new Set([...answers.reached].map(withoutCause))
    const missing = documentedStatuses.filter((answer) => !reached.has(answer))
    assert.deepEqual(missing.toSorted(byText), UNREACHABLE.map(withoutCause))
  })
})

const byText = (a: string, b: string) => a.localeCompare(b)
