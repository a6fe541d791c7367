import type { Document, MemberId, RemovedUser } from '../types.ts'
import type { LoggedChange } from './ports.ts'

/** What several changes of one resource amount to. */
export type Folded = {
  type: LoggedChange['type']
  id: MemberId
  /** Where its document changed: what it was before all of them, and what they left. */
  document?: { was: Document | undefined; left: Document | undefined }
  /** Of a SCIM user of which they left nothing. */
  removedUser?: RemovedUser
  /** Members by what the first of the changes did with each. */
  members: ReadonlyMap<MemberId, 'added' | 'removed'>
}

type Folding = Folded & { members: Map<MemberId, 'added' | 'removed'> }

/**
 * Folds changes by resource: who undoes them need not go through every state between.
 *
 * @param changes newest first
 */
export function foldChanges(changes: readonly LoggedChange[]): readonly Folded[] {
  const folded = new Map<MemberId, Folding>()
  for (const change of changes) {
    const { type, id } = change
    const one = folded.get(id) ?? { type, id, members: new Map() }
    folded.set(id, withOlder(one, change))
  }
  return [...folded.values()]
}

function withOlder(one: Folding, change: LoggedChange): Folding {
  const { before, after, added, removed, removedUser } = change
  for (const member of added) one.members.set(member, 'added')
  for (const member of removed) one.members.set(member, 'removed')
  const isOfDocument = before !== undefined || after !== undefined
  if (!isOfDocument) return one
  return {
    ...one,
    document: { was: before, left: one.document ? one.document.left : after },
    ...(!one.document && removedUser && { removedUser }),
  }
}
