import type { Described } from './described.ts'
import type { JsonSchema } from './schemas.ts'
import {
  scimBody,
  scimBodyRefusals,
  scimContent,
  scimList,
  scimRefusal,
  scimRefusals,
  scimWriteRefusals,
} from './scim-described.ts'

const text: JsonSchema = { type: 'string' }
const texts: JsonSchema = { type: 'array', items: text }

const request: JsonSchema = {
  type: 'object',
  required: ['Operations'],
  properties: {
    schemas: texts,
    failOnErrors: { type: 'integer', minimum: 1 },
    Operations: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['method', 'path'],
        properties: {
          method: { enum: ['POST', 'PUT', 'PATCH', 'DELETE'] },
          path: { type: 'string', examples: ['/Users', '/Groups/bulkId:g1'] },
          bulkId: { type: 'string', maxLength: 256 },
          version: text,
          data: { type: 'object' },
        },
      },
    },
  },
}

const response: JsonSchema = {
  type: 'object',
  required: ['schemas', 'Operations'],
  properties: {
    schemas: { const: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'] },
    Operations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['method', 'status'],
        properties: {
          method: text,
          bulkId: text,
          version: text,
          location: text,
          status: { type: 'string', pattern: '^[2-5][0-9]{2}$' },
          response: { $ref: '#/components/schemas/ScimError' },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
}

const search: JsonSchema = {
  type: 'object',
  properties: {
    schemas: texts,
    filter: text,
    startIndex: { type: 'integer' },
    count: { type: 'integer' },
    attributes: texts,
    excludedAttributes: texts,
  },
}

/** Routes of SCIM that are about users and groups alike (RFC 7644 §3.7, §3.4.3). */
export const scimBulkOperations: Readonly<Record<string, Described>> = {
  'POST /scim/v2/{directory}/Bulk': {
    requestBody: scimBody(request),
    responses: {
      200: {
        description: 'What became of each operation (RFC 7644 §3.7.3)',
        content: scimContent(response),
      },
      ...{ ...scimRefusals, ...scimBodyRefusals, ...scimWriteRefusals },
      413: scimRefusal('More than 1 MB, or more than 100 operations'),
    },
  },
  'POST /scim/v2/{directory}/.search': {
    requestBody: scimBody(search),
    responses: {
      200: scimList('A page: users first, then groups'),
      ...{ ...scimRefusals, ...scimBodyRefusals },
      403: scimRefusal('The filter asks for what is secret'),
    },
  },
}
