import type { Route } from '#infra/endpoint.ts'
import { endpoints } from '#infra/routes.ts'
import type { RouteKey } from '#shared/http/contract.ts'
import { collectComponents, type Refer } from './components.ts'
import { operationOf } from './operation.ts'
import { publicOperation } from './public-operations.ts'
import type { JsonSchema } from './schemas.ts'
import { scimSchemas } from './scim-described.ts'

/** OpenAPI 3.1 of all routes, from the schemas that the functions validate with (R42). */
export function openapi() {
  const { refer, collected } = collectComponents()
  const paths = pathsOf(refer)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '0.1.0',
      summary: 'Enterprise sign-in: organizations, identity providers, people, products',
      description: 'Guides: docs/admin-api.md and docs/saml.md of the repository.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'https://signin.vendor.example', description: 'Where it is deployed' }],
    tags: endpoints.map(({ fn }) => ({ name: fn, description: `The function ${fn}` })),
    paths,
    components: {
      ...components,
      securitySchemes: usedSchemes(),
      schemas: { ...components.schemas, ...collected.schemas },
      responses: collected.responses,
    },
  }
}

function pathsOf(refer: Refer) {
  const paths: Record<string, JsonSchema> = {}
  for (const { fn, routes, contract } of endpoints) {
    for (const route of routes) {
      const { path } = route
      const routeKey = `${route.method} ${path}` as const
      const operation = contract?.[routeKey as RouteKey]
      for (const method of methodsOf(route)) {
        const place = { ...route, fn, method, routeKey }
        paths[documentedPath(path)] = {
          ...paths[documentedPath(path)],
          [method.toLowerCase()]: operation
            ? operationOf(operation, place, refer)
            : publicOperation(place),
        }
      }
    }
  }
  return paths
}

/** OpenAPI has no word for any method. */
export const methodsOf = ({ method }: Pick<Route, 'method'>): readonly string[] =>
  method === 'ANY' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method]

/** It has none for a parameter of several segments either. */
export const documentedPath = (path: string) => path.replace('+}', '}')

const usedSchemes = () =>
  Object.fromEntries(
    Object.entries(securitySchemes).filter(([name]) =>
      endpoints.some(({ routes }) => routes.some(({ auth }) => auth === name)),
    ),
  )

const header = (name: string, required: boolean, description: string) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
})

const components = {
  parameters: {
    'IfMatch-required': header('If-Match', true, 'ETag of the state that is changed, or *'),
    'IfMatch-heeded': header('If-Match', false, 'ETag of the state that is changed'),
    IdempotencyKey: header(
      'Idempotency-Key',
      false,
      'Names the call: where it comes again it does nothing new. 1 to 255 visible ASCII characters',
    ),
  },
  schemas: {
    ...scimSchemas,
    Problem: {
      description: 'RFC 9457',
      type: 'object',
      required: ['type', 'title', 'status'],
      properties: {
        type: { type: 'string', pattern: '^urn:latchkey:problem:[a-z0-9_]+$' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        problems: {
          type: 'array',
          description: 'Which fields of the request are to blame',
          items: { type: 'object' },
        },
      },
    },
  },
} as const

const securitySchemes = {
  admin: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of the organization, or the session of an administrator',
  },
  product: { type: 'http', scheme: 'bearer', description: 'A product credential' },
  portal: { type: 'http', scheme: 'bearer', description: 'An SSO token of a partner portal' },
  scim: { type: 'http', scheme: 'bearer', description: 'A token of the SCIM directory' },
  operator: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4 (IAM, execute-api)',
  },
}
