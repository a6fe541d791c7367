import { routesFor, scimFunction } from './endpoint.ts'
import { united } from './grants.ts'
import { groupGrants, userGrants } from './scim-grants.ts'

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
  scimFunction(
    'scim-users',
    [
      scim('POST', '/scim/v2/{directory}/Users', 'Create one user'),
      scim('GET', '/scim/v2/{directory}/Users', 'List users, or find them by a filter'),
      scim('POST', '/scim/v2/{directory}/Users/.search', 'List or find users by a body'),
      scim('GET', '/scim/v2/{directory}/Users/{id}', 'Show one user'),
      scim('PUT', '/scim/v2/{directory}/Users/{id}', 'Replace one user'),
      scim('PATCH', '/scim/v2/{directory}/Users/{id}', 'Change one user'),
      scim('DELETE', '/scim/v2/{directory}/Users/{id}', 'Remove one user'),
    ],
    userGrants,
  ),
  scimFunction(
    'scim-groups',
    [
      scim('POST', '/scim/v2/{directory}/Groups', 'Create one group'),
      scim('GET', '/scim/v2/{directory}/Groups', 'List groups, or find them by a filter'),
      scim('POST', '/scim/v2/{directory}/Groups/.search', 'List or find groups by a body'),
      scim('GET', '/scim/v2/{directory}/Groups/{id}', 'Show one group with its members'),
      scim('PUT', '/scim/v2/{directory}/Groups/{id}', 'Replace one group and its members'),
      scim('PATCH', '/scim/v2/{directory}/Groups/{id}', 'Change one group, add and remove members'),
      scim('DELETE', '/scim/v2/{directory}/Groups/{id}', 'Remove one group'),
    ],
    groupGrants,
  ),
  scimFunction(
    'scim-bulk',
    [
      scim('POST', '/scim/v2/{directory}/Bulk', 'Do many operations on users and groups'),
      scim('POST', '/scim/v2/{directory}/.search', 'Find users and groups by one filter'),
    ],
    united(userGrants, groupGrants),
  ),
]
