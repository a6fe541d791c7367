import type { Attribute, ResourceType } from '../attributes.ts'
import { invalidValue, type ScimError } from '../errors.ts'
import type { Document } from '../types.ts'
import { own } from './json.ts'

/** Longest name that is searched for, in UTF-16 units. */
const MAX_NAME = 1000

/** Far more than a user has to say, and half of what an item may weigh, the log's two copies apart. */
const MAX_BYTES = 128 * 1024

/** What is wrong with a document whose values are read; undefined: nothing. */
export const documentFault = (type: ResourceType, document: Document): ScimError | undefined =>
  missing(type, document) ?? tooLong(document) ?? tooLarge(document)

/** RFC 7643 §2.2: a required attribute has a value; of white space only is none. */
function missing({ schema }: ResourceType, document: Document): ScimError | undefined {
  const name = schema.attributes.find((one) => one.required && isBlank(document, one))?.name
  return name === undefined ? undefined : invalidValue(`${name} is required`)
}

function isBlank(document: Document, { name }: Attribute): boolean {
  const value = own(document, name)
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

function tooLong(document: Document): ScimError | undefined {
  const name = ['userName', 'displayName', 'externalId'].find((one) => {
    const value = own(document, one)
    return typeof value === 'string' && value.length > MAX_NAME
  })
  return name === undefined
    ? undefined
    : invalidValue(`${name} can have ${MAX_NAME} characters at most`)
}

function tooLarge(document: Document): ScimError | undefined {
  return Buffer.byteLength(JSON.stringify(document)) > MAX_BYTES
    ? invalidValue(`A resource can have ${MAX_BYTES / 1024} KB at most`)
    : undefined
}
