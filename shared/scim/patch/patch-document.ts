import { fail, ok, type Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import { documentFault } from '../documents/document-fault.ts'
import { isSame } from '../documents/json.ts'
import type { ScimError } from '../errors.ts'
import type { Document } from '../types.ts'
import { applyOperation } from './apply-operation.ts'
import type { Operation } from './read-operations.ts'

/** A document after operations, in their order; the very same where they come to nothing. */
export function patchDocument(
  type: ResourceType,
  document: Document,
  operations: readonly Operation[],
): Result<Document, ScimError> {
  let patched = document
  for (const operation of operations) {
    const next = applyOperation(patched, operation)
    if (!next.ok) return next
    patched = next.value
  }
  if (isSame(document, patched)) return ok(document)
  const fault = documentFault(type, patched)
  return fault ? fail(fault) : ok(patched)
}
