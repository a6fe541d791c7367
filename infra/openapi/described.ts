import type { JsonSchema } from './schemas.ts'

/** Words for routes that are no JSON of the administration API. */

type Response = { description: string; content?: JsonSchema; headers?: JsonSchema }
export type Described = {
  requestBody?: { required: true; content: JsonSchema }
  query?: readonly string[]
  responses: Readonly<Record<string, Response>>
}

export const text = { schema: { type: 'string' } }
export const page = (description: string): Response => ({
  description,
  content: { 'text/html': text },
})
export const error = (description: string): Response => ({
  description,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['error'],
        properties: { error: { type: 'string' }, error_description: { type: 'string' } },
      },
    },
  },
})
export const redirect = (description: string): Response => ({
  description,
  headers: { location: { required: true, schema: { type: 'string' } } },
})
export const object = (properties: JsonSchema, required: readonly string[]) => ({
  'application/json': { schema: { type: 'object', required, properties } },
})
export const form = (...fields: readonly string[]) =>
  ({
    required: true,
    content: {
      'application/x-www-form-urlencoded': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])),
        },
      },
    },
  }) as const

export const strings = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { type: 'string' }]))

export const failed = { 500: error('Something went wrong here') }
export const refusedPage = page(
  'Refused: a page with a trace id and nothing else that helps an attacker',
)

/** Of what people see: a page, or JSON where even that failed. */
export const failedPage = {
  500: {
    description: 'Something went wrong here',
    content: { 'text/html': text, ...failed[500].content },
  },
}
