import type { ResourceType } from '../attributes.ts'
import { MAX_BODY_BYTES } from '../read-json.ts'
import { groupType } from '../schemas/group.ts'
import { userType } from '../schemas/user.ts'
import { printedSchema } from './printed.ts'
import { serviceSchemas } from './service-schemas.ts'

const types: readonly ResourceType[] = [userType, groupType]
const schemas = [...types.flatMap((one) => [one.schema, ...one.extensions]), ...serviceSchemas]

/**
 * What the service supports (RFC 7643 §5, RFC 9865 §4). Sorting is not: every key would need an order
 * of its own to hold at a million users.
 */
export const serviceProviderConfig = (baseUrl: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: true, maxOperations: 100, maxPayloadSize: MAX_BODY_BYTES },
  filter: { supported: true, maxResults: 200 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: 100,
    maxPageSize: 200,
    cursorTimeout: 3600,
  },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'OAuth Bearer Token',
      description: 'A token of the directory in the Authorization header',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
})

/** The kinds of resources (RFC 7643 §6). */
export const resourceTypes = (baseUrl: string) =>
  types.map(({ name, endpoint, description, schema, extensions }) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    ...{ id: name, name, description, endpoint },
    schema: schema.id,
    schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${name}` },
  }))

/** All schemas, printed from what requests are read by. */
export const printedSchemas = (baseUrl: string) =>
  schemas.map((schema) => printedSchema(schema, baseUrl))

/** All of them: these lists are not paged (RFC 7644 §4). */
export const listOfAll = (resources: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: resources.length,
  startIndex: 1,
  itemsPerPage: resources.length,
  Resources: resources,
})
