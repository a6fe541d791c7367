import type { Attribute, Schema } from '../attributes.ts'

/** An attribute of what tells about the service: it may be a number, which people's are not. */
export type DescribedAttribute = Omit<Attribute, 'type' | 'subAttributes'> & {
  type: Attribute['type'] | 'integer'
  subAttributes?: readonly DescribedAttribute[]
}

export type DescribedSchema = Omit<Schema, 'attributes'> & {
  attributes: readonly DescribedAttribute[]
}

/** A schema as clients read it (RFC 7643 §7). */
export const printedSchema = (
  { id, name, description, attributes }: DescribedSchema,
  baseUrl: string,
) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  ...{ id, name, description },
  attributes: attributes.map(printedAttribute),
  meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
})

/** Case matters of texts only. */
const hasCase = ({ type }: DescribedAttribute) => type === 'string' || type === 'reference'

function printedAttribute(given: DescribedAttribute): object {
  const { name, type, multiValued, description, required, caseExact } = given
  const { mutability, returned, uniqueness, canonicalValues, referenceTypes, subAttributes } = given
  return {
    ...{ name, type, multiValued, description, required },
    ...(hasCase(given) && { caseExact }),
    ...{ mutability, returned, uniqueness },
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(printedAttribute) }),
  }
}
