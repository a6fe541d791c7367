import type { ScimError } from './errors.ts'

/** An error as its client reads it: the status is a text (RFC 7644 §3.12). */
export const errorBody = ({ status, scimType, detail }: ScimError) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: String(status),
  ...(scimType && { scimType }),
  detail,
})
