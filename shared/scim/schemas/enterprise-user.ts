import { attribute, type Schema } from '../attributes.ts'

const text = (name: string, description: string) => attribute({ name, description })

/** RFC 7643 §4.3. */
export const enterpriseUser: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    text('employeeNumber', 'Identifier that the organization gave the user'),
    text('costCenter', 'Name of a cost center'),
    text('organization', 'Name of an organization'),
    text('division', 'Name of a division'),
    text('department', 'Name of a department'),
    attribute({
      name: 'manager',
      description: "The user's manager",
      subAttributes: [
        attribute({ name: 'value', description: "The manager's id", caseExact: true }),
        attribute({
          name: '$ref',
          description: 'URI of the manager',
          type: 'reference',
          referenceTypes: ['User'],
          caseExact: true,
        }),
        text('displayName', "The manager's name, as the client sent it"),
      ],
    }),
  ],
}
