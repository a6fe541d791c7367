import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { MemberId } from '#shared/scim/types.ts'
import { foldChanges } from '#shared/scim/undo/fold-changes.ts'
import type { LoggedChange } from '#shared/scim/undo/ports.ts'

const none = { added: [], removed: [] }
const titled = (title: string) => ({ userName: 'a', title })
const members = (added: MemberId[], removed: MemberId[] = []): LoggedChange => ({
  ...{ type: 'Group', id: 'grp_1', added, removed },
})

/** Puts somebody into a group or takes them out, and answers the change that it is, if it is one. */
function changed(group: Set<MemberId>, id: MemberId, isAdd: boolean): LoggedChange[] {
  if (group.has(id) === isAdd) return []
  if (isAdd) group.add(id)
  else group.delete(id)
  return [isAdd ? members([id]) : members([], [id])]
}

describe('changes of one resource', () => {
  test('fold to what it was before the first and what the last left', () => {
    const changes: LoggedChange[] = [
      { type: 'User', id: 'usr_1', before: titled('b'), after: titled('c'), ...none },
      { type: 'User', id: 'usr_2', after: titled('x'), ...none },
      { type: 'User', id: 'usr_1', before: titled('a'), after: titled('b'), ...none },
    ]
    const [one, other, ...more] = foldChanges(changes)
    assert.deepEqual(one?.document, { was: titled('a'), left: titled('c') })
    assert.deepEqual(other?.document, { was: undefined, left: titled('x') })
    assert.deepEqual(more, [])
  })

  test('tell nothing of the document where only members came and went', () => {
    const [one] = foldChanges([members(['usr_1'])])
    assert.equal(one?.document, undefined)
    assert.deepEqual([...(one?.members ?? [])], [['usr_1', 'added']])
  })

  test('of a removal say that nothing is left of it', () => {
    const changes: LoggedChange[] = [
      { type: 'User', id: 'usr_1', before: titled('b'), removedUser: { isApart: true }, ...none },
      { type: 'User', id: 'usr_1', before: titled('a'), after: titled('b'), ...none },
    ]
    const [one] = foldChanges(changes)
    assert.deepEqual(one?.document, { was: titled('a'), left: undefined })
    assert.deepEqual(one?.removedUser, { isApart: true })
    const back = { type: 'User', id: 'usr_1', after: titled('c'), ...none } as const
    assert.equal(foldChanges([back, ...changes])[0]?.removedUser, undefined)
  })

  test('fold members so that undoing them gives the group that there was', () => {
    const ids = ['usr_1', 'usr_2', 'usr_3', 'usr_4'] as const
    fc.assert(
      fc.property(
        fc.subarray([...ids]),
        fc.array(fc.tuple(fc.constantFrom(...ids), fc.boolean()), { maxLength: 12 }),
        (start, operations) => {
          const group = new Set<MemberId>(start)
          const changes = operations.flatMap(([id, isAdd]) => changed(group, id, isAdd))
          const [folded] = foldChanges(changes.toReversed())
          for (const [id, first] of folded?.members ?? []) changed(group, id, first === 'removed')
          assert.deepEqual(group, new Set(start))
        },
      ),
    )
  })
})
