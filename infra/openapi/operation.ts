import { generalRefusals, type Operation } from '#shared/http/contract.ts'
import { type ProblemCause, problemTable } from '#shared/http/problem-table.ts'
import type { Refer } from './components.ts'
import { type JsonSchema, jsonSchema } from './schemas.ts'

type Place = { fn: string; method: string; path: string; auth: string }

/** An operation of the document, from its contract. */
export function operationOf(operation: Operation, place: Place, refer: Refer) {
  const { fn, method, path, auth } = place
  const id = operationId(fn, method, path)
  const { body, roles, summary } = operation
  return {
    operationId: id,
    summary,
    tags: [fn],
    security: [{ [auth]: [] }],
    ...(roles.length > 0 && { 'x-roles': roles }),
    parameters: parametersOf(operation, path),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: refer('schemas', `${id}_body`, jsonSchema(body)) },
        },
      },
    }),
    responses: {
      ...answersOf(operation, id, refer),
      ...(auth === 'operator' && { 403: refer('responses', '403-iam', refusedByIam) }),
      ...refusalsOf(operation, place, refer),
    },
  }
}

/** The function, the method and the words of the path. */
export const operationId = (fn: string, method: string, path: string) =>
  [fn, method.toLowerCase(), ...wordsOf(path)].join('_').replaceAll('-', '_')

const wordsOf = (path: string) =>
  path
    .replace('/orgs/{organization}', '')
    .split('/')
    .filter((word) => word !== '')
    .map((word) => word.replace(/^\.|[{}+]/g, ''))

const named = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

const parametersOf = (operation: Operation, path: string) => [
  ...named(path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  })),
  ...(operation.query ? queryParameters(jsonSchema(operation.query)) : []),
  ...(operation.ifMatch ? [{ $ref: `#/components/parameters/IfMatch-${operation.ifMatch}` }] : []),
  ...(operation.isRepeatable ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
]

function queryParameters({ properties = {}, required = [] }: JsonSchema) {
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name) && schema['default'] === undefined,
    schema,
  }))
}

const answersOf = ({ answers }: Operation, id: string, refer: Refer) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: descriptions[status] ?? 'Done',
        ...(schema && {
          content: {
            'application/json': { schema: refer('schemas', `${id}_${status}`, jsonSchema(schema)) },
          },
        }),
      },
    ]),
  )

/** API Gateway's own answer. */
const refusedByIam = {
  description: 'IAM does not allow it',
  content: {
    'application/json': {
      schema: { type: 'object', properties: { message: { type: 'string' } } },
    },
  },
}

const descriptions: Readonly<Record<string, string>> = {
  200: 'As it is now',
  201: 'Created',
  202: 'Accepted',
  204: 'Done; there is nothing to show',
}

/** One response a status, with the causes that it can have. */
function refusalsOf(operation: Operation, { method, path }: Place, refer: Refer) {
  const causes = new Set([
    ...generalRefusals(`${method} ${path}`, operation),
    ...(operation.refusals ?? []),
  ])
  const byStatus = Map.groupBy(causes, (cause) => problemTable[cause].status)
  const statuses = [...byStatus].toSorted(([one], [other]) => one - other)
  return Object.fromEntries(
    statuses.map(([status, some]) => [
      status,
      refer('responses', [status, ...some].join('-'), refusal(some)),
    ]),
  )
}

const refusal = (causes: readonly ProblemCause[]) => ({
  description: causes.map((cause) => problemTable[cause].title).join('; '),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          {
            type: 'object',
            properties: { type: { enum: causes.map((cause) => `urn:latchkey:problem:${cause}`) } },
          },
        ],
      },
    },
  },
})
