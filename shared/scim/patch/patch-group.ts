import { ok, type Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import { groupType } from '../schemas/group.ts'
import type { Document } from '../types.ts'
import { type GroupPatch, memberChanges } from './member-changes.ts'
import { patchDocument } from './patch-document.ts'
import { type Operation, readOperations } from './read-operations.ts'

/**
 * A group's document after a PATCH, and what becomes of its members, which are not read for it: all
 * of it or an error; the very same document where that does not change.
 *
 * Source: RFC 7644 §3.5.2, with the forms that connectors send.
 */
export function patchGroup(
  document: Document,
  body: unknown,
): Result<{ document: Document; members: GroupPatch }, ScimError> {
  const operations = readOperations(groupType, body)
  if (!operations.ok) return operations
  const members = memberChanges(operations.value.filter(isOfMembers))
  if (!members.ok) return members
  const others = operations.value.filter((operation) => !isOfMembers(operation))
  const patched = patchDocument(groupType, document, others)
  return patched.ok ? ok({ document: patched.value, members: members.value }) : patched
}

const isOfMembers = ({ path }: Operation) => path.ref.path[0] === 'members'
