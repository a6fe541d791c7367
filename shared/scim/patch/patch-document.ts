import { fail, ok, type Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import { documentFault } from '../documents/document-fault.ts'
import { isSame } from '../documents/json.ts'
import type { ScimError } from '../errors.ts'
import { comparisonsIn } from '../filter/comparisons-in.ts'
import type { Document } from '../types.ts'
import { applyOperation } from './apply-operation.ts'
import type { Operation } from './read-operations.ts'

/** Each is made of a thousand values at worst: the whole takes few seconds of CPU. */
const MAX_COMPARISONS = 2000

const tooManyComparisons = {
  status: 413,
  detail: `The paths of a PATCH can compare ${MAX_COMPARISONS} times at most`,
} as const satisfies ScimError

/** A document after operations, in their order; the very same where they come to nothing. */
export function patchDocument(
  type: ResourceType,
  document: Document,
  operations: readonly Operation[],
): Result<Document, ScimError> {
  const comparisons = operations.reduce((sum, { path }) => sum + costOf(path), 0)
  if (comparisons > MAX_COMPARISONS) return fail(tooManyComparisons)
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

const costOf = ({ where }: Operation['path']) => (where ? comparisonsIn(where) : 0)
