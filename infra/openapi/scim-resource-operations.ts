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

/** A resource: what it has is in /Schemas, and attributes may be left out. */
const resource: JsonSchema = {
  type: 'object',
  required: ['schemas', 'id'],
  properties: {
    schemas: { type: 'array', items: { type: 'string' } },
    id: { type: 'string' },
    meta: { type: 'object' },
  },
}

const found = (description: string) => ({ description, content: scimContent(resource) })
const wanted = ['attributes', 'excludedAttributes']
const paging = ['filter', 'startIndex', 'count', 'cursor', ...wanted]
/** Groups have nothing secret. */
const page = (endpoint: 'Users' | 'Groups') => ({
  200: scimList('A page'),
  ...scimRefusals,
  ...(endpoint === 'Users' && { 403: scimRefusal('The filter asks for what is secret') }),
})
const conflict = scimRefusal('It has what another has already, or what has to stay would go')
const mismatch = {
  412: scimRefusal('The resource is not at the version that the request names'),
}
const document = scimBody({ type: 'object' })
const operations = scimBody({
  type: 'object',
  required: ['Operations'],
  properties: { schemas: { type: 'array' }, Operations: { type: 'array' } },
})

/** Routes of one kind of resource (RFC 7644 §3). */
export const scimResourceOperations = (
  endpoint: 'Users' | 'Groups',
  answers: { patched: readonly (200 | 204)[] },
): Readonly<Record<string, Described>> => ({
  [`POST /scim/v2/{directory}/${endpoint}`]: {
    requestBody: document,
    query: wanted,
    responses: {
      201: found('Created'),
      ...{ ...scimRefusals, ...scimBodyRefusals, ...scimWriteRefusals },
      409: conflict,
    },
  },
  [`GET /scim/v2/{directory}/${endpoint}`]: {
    query: paging,
    responses: page(endpoint),
  },
  [`POST /scim/v2/{directory}/${endpoint}/.search`]: {
    requestBody: scimBody({ type: 'object' }),
    responses: { ...page(endpoint), ...scimBodyRefusals },
  },
  [`GET /scim/v2/{directory}/${endpoint}/{id}`]: {
    query: wanted,
    responses: {
      200: found('As it is now'),
      304: { description: 'It is as If-None-Match says' },
      ...{ ...scimRefusals, ...mismatch },
    },
  },
  [`PUT /scim/v2/{directory}/${endpoint}/{id}`]: {
    requestBody: document,
    query: wanted,
    responses: {
      200: found('Replaced'),
      ...{ ...scimRefusals, ...scimBodyRefusals, ...scimWriteRefusals, ...mismatch },
      409: conflict,
    },
  },
  [`PATCH /scim/v2/{directory}/${endpoint}/{id}`]: {
    requestBody: operations,
    query: wanted,
    responses: {
      ...(answers.patched.includes(200) && { 200: found('Changed, as it is then') }),
      ...(answers.patched.includes(204) && { 204: { description: 'Changed' } }),
      ...{ ...scimRefusals, ...scimBodyRefusals, ...scimWriteRefusals, ...mismatch },
      409: conflict,
    },
  },
  [`DELETE /scim/v2/{directory}/${endpoint}/{id}`]: {
    responses: {
      204: { description: 'Removed' },
      ...{ ...scimRefusals, ...scimWriteRefusals, ...mismatch },
      ...(endpoint === 'Users' && { 409: conflict }),
    },
  },
})
