import { scimPorts } from '#shared/aws/scim-authentication.ts'
import { readEnv } from '#shared/http/env.ts'
import { scimEndpoint } from '#shared/http/scim-endpoint.ts'
import {
  listResourceTypes,
  listSchemas,
  refuseUnknown,
  showResourceType,
  showSchema,
  showServiceProviderConfig,
} from '#shared/scim/discovery/routes.ts'

const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')

export const handler = scimEndpoint(scimPorts(DIRECTORY_TABLE, EPHEMERAL_TABLE), {
  'GET /scim/v2/{directory}/ServiceProviderConfig': showServiceProviderConfig,
  'GET /scim/v2/{directory}/ResourceTypes': listResourceTypes,
  'GET /scim/v2/{directory}/ResourceTypes/{id}': showResourceType,
  'GET /scim/v2/{directory}/Schemas': listSchemas,
  'GET /scim/v2/{directory}/Schemas/{id}': showSchema,
  'ANY /scim/v2/{directory}': refuseUnknown,
  'ANY /scim/v2/{directory}/{proxy+}': refuseUnknown,
})
