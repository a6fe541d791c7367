import type { Described } from './described.ts'
import type { JsonSchema } from './schemas.ts'

/** Words for the routes of SCIM. */

type Responses = Described['responses']

export const scimContent = (schema: JsonSchema) => ({ 'application/scim+json': { schema } })

export const scimRefusal = (description: string) => ({
  description,
  content: scimContent({ $ref: '#/components/schemas/ScimError' }),
})

/** What every route of SCIM may answer. */
export const scimRefusals: Responses = {
  400: scimRefusal('The request is not as it should be; scimType tells why'),
  401: scimRefusal('The token is missing, or not good'),
  404: scimRefusal('There is no such directory, or no such resource in it'),
  429: scimRefusal(
    'More than 3,000 requests of one token in a minute; Retry-After tells how long to wait',
  ),
  500: scimRefusal('Something went wrong here'),
}

/** What routes with a body may answer as well. */
export const scimBodyRefusals: Responses = {
  413: scimRefusal('More than 1 MB'),
  415: scimRefusal('The body is neither application/scim+json nor application/json'),
}

/** What routes that change something may answer as well. */
export const scimWriteRefusals: Responses = {
  503: scimRefusal('The directory is paused until an administrator resumes it'),
}

/** A body, as clients send it: in either type. */
export const scimBody = (schema: JsonSchema) => ({
  required: true as const,
  content: { ...scimContent(schema), 'application/json': { schema } },
})

/** A resource: what it has is in /Schemas. */
export const scimResource = (description: string, required: readonly string[] = []) => ({
  description,
  content: scimContent({
    type: 'object',
    required: ['schemas', 'meta', ...required],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      id: { type: 'string' },
      meta: {
        type: 'object',
        required: ['resourceType', 'location'],
        properties: { resourceType: { type: 'string' }, location: { type: 'string' } },
      },
    },
  }),
})

/** A ListResponse (RFC 7644 §3.4.2). */
export const scimList = (description: string) => ({
  description,
  content: scimContent({ $ref: '#/components/schemas/ScimList' }),
})

/** Parts of the document that these refer to. */
export const scimSchemas = {
  ScimError: {
    description: 'RFC 7644 §3.12',
    type: 'object',
    required: ['schemas', 'status', 'detail'],
    properties: {
      schemas: { const: ['urn:ietf:params:scim:api:messages:2.0:Error'] },
      status: { type: 'string', pattern: '^[45][0-9]{2}$' },
      scimType: { type: 'string' },
      detail: { type: 'string' },
    },
    additionalProperties: false,
  },
  ScimList: {
    description: 'RFC 7644 §3.4.2, RFC 9865 §2',
    type: 'object',
    required: ['schemas', 'totalResults'],
    properties: {
      schemas: { const: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
      totalResults: { type: 'integer', minimum: 0 },
      startIndex: { type: 'integer', minimum: 1 },
      itemsPerPage: { type: 'integer', minimum: 0 },
      nextCursor: { type: 'string' },
      previousCursor: { type: 'string' },
      Resources: { type: 'array', items: { type: 'object' } },
    },
    additionalProperties: false,
  },
} as const
