import { routesFor, scimFunction } from './endpoint.ts'

const scim = routesFor('scim')

/** SCIM 2.0 of a directory: part of the list in routes.ts. */
export const scimEndpoints = [
  scimFunction(
    'scim-discovery',
    [
      scim('GET', '/scim/v2/{directory}/ServiceProviderConfig', 'What the service supports'),
      scim('GET', '/scim/v2/{directory}/ResourceTypes', 'List the kinds of resources'),
      scim('GET', '/scim/v2/{directory}/ResourceTypes/{id}', 'Show a kind of resource'),
      scim('GET', '/scim/v2/{directory}/Schemas', 'List the schemas of all resources'),
      scim('GET', '/scim/v2/{directory}/Schemas/{id}', 'Show a schema with its attributes'),
      scim('ANY', '/scim/v2/{directory}', 'Refuse what there is not: a base URL is no resource'),
      scim('ANY', '/scim/v2/{directory}/{proxy+}', 'Refuse what there is not, and /Me'),
    ],
    [],
  ),
]
