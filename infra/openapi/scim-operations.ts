import type { Described } from './described.ts'
import { scimBulkOperations } from './scim-bulk-operations.ts'
import { scimList, scimRefusal, scimRefusals, scimResource } from './scim-described.ts'
import { scimResourceOperations } from './scim-resource-operations.ts'

const filtered = { 403: scimRefusal('A filter has no place here (RFC 7644 §4)') }
const told = (answer: Described['responses'][string]): Described => ({
  responses: { 200: answer, ...scimRefusals, ...filtered },
})

const nothingThere: Described = { responses: { ...scimRefusals } }

/** Routes of SCIM that tell about the service, and what there is not. */
export const scimOperations: Readonly<Record<string, Described>> = {
  ...scimResourceOperations('Users', { patched: [200] }),
  ...scimResourceOperations('Groups', { patched: [200, 204] }),
  ...scimBulkOperations,
  'GET /scim/v2/{directory}/ServiceProviderConfig': told(
    scimResource('What is supported (RFC 7643 §5, RFC 9865 §4)'),
  ),
  'GET /scim/v2/{directory}/ResourceTypes': told(scimList('User and Group')),
  'GET /scim/v2/{directory}/ResourceTypes/{id}': told(
    scimResource('A kind of resource (RFC 7643 §6)', ['id']),
  ),
  'GET /scim/v2/{directory}/Schemas': told(scimList('All schemas')),
  'GET /scim/v2/{directory}/Schemas/{id}': told(scimResource('A schema (RFC 7643 §7)', ['id'])),
  'ANY /scim/v2/{directory}': nothingThere,
  'ANY /scim/v2/{directory}/{proxy+}': {
    responses: {
      ...scimRefusals,
      405: scimRefusal('Allow tells what is taken'),
      501: scimRefusal('/Me: no client here is a user (RFC 7644 §3.11)'),
    },
  },
}
