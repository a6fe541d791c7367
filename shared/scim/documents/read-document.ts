import { fail, ok, type Result } from '../../result.ts'
import { type AttributeRef, findAttribute, type ResourceType } from '../attributes.ts'
import { invalidSyntax, type ScimError } from '../errors.ts'
import type { Document, Json } from '../types.ts'
import { documentFault } from './document-fault.ts'
import { isComplex, isObject, own, withValue } from './json.ts'
import { type GivenMember, readMembers } from './members.ts'
import { fullName } from './names.ts'
import { isWritten, readValue } from './read-value.ts'
import { schemasFault } from './schemas-fault.ts'

/** `members` only where a group's body has them: an empty list where it has none of them. */
type ReadDocument = { document: Document; members?: readonly GivenMember[] }

/**
 * Reads the body of a POST or PUT: what no schema knows, what is not for clients to say and
 * passwords are left out, names get the schema's letters, values stay as they are.
 *
 * Source: RFC 7644 §3.3, §3.5.1; RFC 7643 §2.1 (names in any case), §3.1.
 */
export function readDocument(type: ResourceType, body: unknown): Result<ReadDocument, ScimError> {
  if (!isObject(body)) return fail(invalidSyntax('The body must be a JSON object'))
  const read: ReadDocument = { document: {} }
  for (const [name, raw] of Object.entries(body)) {
    const ref = findAttribute(type, name)
    const fault = ref && isWritten(ref.attribute) ? readAttribute(read, ref, raw) : undefined
    if (fault) return fail(fault)
  }
  const fault = documentFault(type, read.document)
  return fault ? fail(fault) : ok(read)
}

/** Puts one attribute of the body where it belongs. */
function readAttribute(read: ReadDocument, ref: AttributeRef, raw: unknown): ScimError | undefined {
  const { path, attribute, parent } = ref
  if (attribute.name === 'schemas') return schemasFault(raw)
  // A sub-attribute of a list: which value it is of is not said.
  if (parent?.multiValued) return undefined
  if (attribute.name === 'members') {
    const members = readMembers(raw)
    if (!members.ok) return members.error
    read.members = members.value
    return undefined
  }
  const value = readValue(attribute, raw, fullName(path))
  if (!value.ok) return value.error
  read.document = withValue(read.document, path, completed(read.document, path, value.value))
  return undefined
}

/** `name` beside `name.givenName`: Entra ID and others send both forms; they complete each other. */
function completed(document: Document, [name = '', ...rest]: readonly string[], value?: Json) {
  const before = own(document, name)
  const isWhole = rest.length === 0 && isComplex(before) && isComplex(value)
  return isWhole ? { ...before, ...value } : value
}
