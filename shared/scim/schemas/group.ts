import { attribute, type ResourceType, type Schema } from '../attributes.ts'

/** RFC 7643 §4.2, with erratum 5368: a group must have a name. */
const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute({
      name: 'displayName',
      description: 'Name that is unique in the directory, in any letter case',
      required: true,
      uniqueness: 'server',
    }),
    attribute({
      name: 'members',
      description: 'Direct members of the group',
      multiValued: true,
      subAttributes: [
        attribute({
          name: 'value',
          description: 'Id of the member',
          mutability: 'immutable',
          caseExact: true,
        }),
        attribute({
          name: '$ref',
          description: 'URI of the member',
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
          caseExact: true,
        }),
        attribute({
          name: 'type',
          description: 'What the member is',
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
      ],
    }),
  ],
}

export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
}
