import { attribute } from '../attributes.ts'
import type { DescribedAttribute, DescribedSchema } from './printed.ts'

type Given = Pick<DescribedAttribute, 'name' | 'description'> & Partial<DescribedAttribute>

/** What tells about the service is read only. */
function told({ type, subAttributes, ...given }: Given): DescribedAttribute {
  return {
    ...attribute({ mutability: 'readOnly', required: true, ...given }),
    type: type ?? (subAttributes ? 'complex' : 'string'),
    ...(subAttributes && { subAttributes }),
  }
}

const supported = told({
  name: 'supported',
  description: 'Whether it is supported',
  type: 'boolean',
})
const feature = (name: string, description: string, ...more: readonly DescribedAttribute[]) =>
  told({ name, description, subAttributes: [supported, ...more] })
const number = (name: string, description: string) => told({ name, description, type: 'integer' })
const exact = (name: string, description: string) => told({ name, description, caseExact: true })
const uri = (name: string, description: string) =>
  told({ name, description, type: 'reference', referenceTypes: ['uri'], caseExact: true })

/** RFC 7643 §5, with pagination as RFC 9865 §4 adds it. */
const serviceProviderConfig: DescribedSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  name: 'ServiceProviderConfig',
  description: 'What the service provider supports',
  attributes: [
    feature('patch', 'PATCH'),
    feature(
      'bulk',
      'Bulk operations',
      number('maxOperations', 'Operations of a request at most'),
      number('maxPayloadSize', 'Bytes of a request at most'),
    ),
    feature('filter', 'Filters', number('maxResults', 'Resources of an answer at most')),
    feature('changePassword', 'Changes of passwords'),
    feature('sort', 'Sorting'),
    feature('etag', 'Entity tags'),
    told({
      name: 'pagination',
      description: 'How lists are paged',
      subAttributes: [
        told({ name: 'cursor', description: 'Whether by cursor', type: 'boolean' }),
        told({ name: 'index', description: 'Whether by index', type: 'boolean' }),
        told({
          name: 'defaultPaginationMethod',
          description: 'How, where a request does not say it',
          canonicalValues: ['cursor', 'index'],
        }),
        number('defaultPageSize', 'Resources of a page, where a request does not say it'),
        number('maxPageSize', 'Resources of a page at most'),
        number('cursorTimeout', 'Seconds for which a cursor is good'),
      ],
    }),
    told({
      name: 'authenticationSchemes',
      description: 'How clients authenticate',
      multiValued: true,
      subAttributes: [
        told({
          name: 'type',
          description: 'The kind of scheme',
          canonicalValues: ['oauthbearertoken'],
        }),
        told({ name: 'name', description: 'Name of the scheme' }),
        told({ name: 'description', description: 'What the scheme is' }),
        uri('specUri', 'The specification of the scheme'),
        told({ name: 'primary', description: 'Whether it is preferred', type: 'boolean' }),
      ],
    }),
  ],
}

/** RFC 7643 §6. */
const resourceType: DescribedSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  name: 'ResourceType',
  description: 'A kind of resource',
  attributes: [
    exact('id', 'Identifier of the kind'),
    exact('name', 'Name of the kind'),
    told({ name: 'description', description: 'What it is' }),
    uri('endpoint', 'Where its resources are, below the base URL'),
    uri('schema', 'Its schema'),
    told({
      name: 'schemaExtensions',
      description: 'Schemas that add to it',
      multiValued: true,
      subAttributes: [
        uri('schema', 'The schema of the extension'),
        told({ name: 'required', description: 'Whether every resource has it', type: 'boolean' }),
      ],
    }),
  ],
}

const characteristics: readonly DescribedAttribute[] = [
  exact('name', 'Name of the attribute'),
  told({
    name: 'type',
    description: 'Its data type',
    caseExact: true,
    canonicalValues: ['string', 'boolean', 'integer', 'dateTime', 'reference', 'complex'],
  }),
  told({ name: 'multiValued', description: 'Whether it has several values', type: 'boolean' }),
  told({ name: 'description', description: 'What it is', caseExact: true }),
  told({ name: 'required', description: 'Whether it must have a value', type: 'boolean' }),
  told({
    name: 'canonicalValues',
    description: 'Values that are expected; others are taken as well',
    multiValued: true,
    required: false,
    caseExact: true,
  }),
  told({
    name: 'caseExact',
    description: 'Whether upper and lower case differ',
    type: 'boolean',
    required: false,
  }),
  told({
    name: 'mutability',
    description: 'Whether and when it can be changed',
    caseExact: true,
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  told({
    name: 'returned',
    description: 'When answers have it',
    caseExact: true,
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  told({
    name: 'uniqueness',
    description: 'Among what its values are unique',
    caseExact: true,
    canonicalValues: ['none', 'server', 'global'],
  }),
  told({
    name: 'referenceTypes',
    description: 'What it may refer to',
    multiValued: true,
    required: false,
    caseExact: true,
  }),
]

/** RFC 7643 §7. */
const schema: DescribedSchema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  name: 'Schema',
  description: 'Attributes of a kind of resource',
  attributes: [
    exact('id', 'URN of the schema'),
    told({ name: 'name', description: 'Name of the schema', caseExact: true }),
    told({ name: 'description', description: 'What it describes' }),
    told({
      name: 'attributes',
      description: 'Its attributes',
      multiValued: true,
      subAttributes: [
        ...characteristics,
        told({
          name: 'subAttributes',
          description: 'Attributes of a complex attribute',
          multiValued: true,
          required: false,
          subAttributes: characteristics,
        }),
      ],
    }),
  ],
}

/** Schemas of the resources that tell about the service. */
export const serviceSchemas = [serviceProviderConfig, resourceType, schema] as const
