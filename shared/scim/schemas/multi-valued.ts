import { type Attribute, attribute } from '../attributes.ts'

/** The sub-attributes that values of a list have (RFC 7643 §2.4). */
const valueAttributes = (given: {
  of: string
  types?: readonly string[]
  value?: Partial<Attribute>
}): readonly Attribute[] => [
  attribute({ name: 'value', description: `The ${given.of} itself`, ...given.value }),
  attribute({ name: 'display', description: `How the ${given.of} is shown` }),
  attribute({
    name: 'type',
    description: `What the ${given.of} is for`,
    ...(given.types && { canonicalValues: given.types }),
  }),
  attribute({
    name: 'primary',
    description: `Whether it is the preferred ${given.of}; true of one at most`,
    type: 'boolean',
  }),
]

/** A list of such values. */
export const listOf = (
  name: string,
  given: { of: string; types?: readonly string[]; value?: Partial<Attribute> },
): Attribute =>
  attribute({
    name,
    description: `Every ${given.of} of the user`,
    multiValued: true,
    subAttributes: valueAttributes(given),
  })
