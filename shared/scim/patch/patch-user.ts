import type { Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import { userType } from '../schemas/user.ts'
import type { Document } from '../types.ts'
import { patchDocument } from './patch-document.ts'
import { readOperations } from './read-operations.ts'

/**
 * A user's document after a PATCH: all of it or an error, and the very same object where nothing
 * changes, so that whoever compares writes nothing (RFC 7644 §3.5.2.1).
 *
 * Source: RFC 7644 §3.5.2, with the forms that connectors send.
 */
export function patchUser(document: Document, body: unknown): Result<Document, ScimError> {
  const operations = readOperations(userType, body)
  return operations.ok ? patchDocument(userType, document, operations.value) : operations
}
