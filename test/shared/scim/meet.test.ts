import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { DirectoryId, UserId } from '#shared/ids.ts'
import { type Candidate, meet } from '#shared/scim/meet.ts'
import { waysToMeet } from '#shared/users/types.ts'

const candidate = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  ...{ directoryId: 'dir_1', id: `usr_${id}`, personId: undefined, isActive: true },
  ...{ by: ['email'], hasAddress: true },
  ...given,
})

/** What it comes to, in short. */
function outcome(candidates: readonly Candidate[], isOnlyProvider = true) {
  const meeting = meet(candidates, isOnlyProvider)
  return meeting.kind === 'met'
    ? [meeting.by, ...meeting.scimUsers.map(({ id }) => id)]
    : meeting.kind
}

const two = { directoryId: 'dir_2' } as const
const ada = { personId: 'usr_ada' } as const
const cases: [string, Candidate[], ReturnType<typeof outcome>][] = [
  ['nobody where nothing is found', [], 'nobody'],
  ['the only one', [candidate('a')], ['email', 'usr_a']],
  [
    'externalId before userName before e-mail',
    [candidate('a'), candidate('b', { by: ['externalId'] }), candidate('c', { by: ['userName'] })],
    ['externalId', 'usr_b'],
  ],
  [
    'of several by externalId the one that the address leads to, too',
    [candidate('a', { by: ['externalId'] }), candidate('b', { by: ['externalId', 'email'] })],
    ['externalId', 'usr_b'],
  ],
  ['no guess of two', [candidate('a'), candidate('b')], 'unclear'],
  [
    'the active one of two by one attribute',
    [candidate('a', { isActive: false }), candidate('b')],
    ['email', 'usr_b'],
  ],
  [
    'not who is active for who is inactive by a better attribute',
    [candidate('a', { by: ['externalId'], isActive: false }), candidate('b')],
    'inactive',
  ],
  ['nobody inactive', [candidate('a', { isActive: false })], 'inactive'],
  [
    'two directories with one person',
    [candidate('a', ada), candidate('b', { ...two, ...ada })],
    ['email', 'usr_a', 'usr_b'],
  ],
  [
    'no guess where directories mean two people',
    [candidate('a', ada), candidate('b', { ...two, personId: 'usr_bob' })],
    'unclear',
  ],
  [
    'who is somebody in one directory and inactive in another',
    [candidate('a', ada), candidate('b', { ...two, isActive: false })],
    ['email', 'usr_a'],
  ],
  [
    'nobody whom one directory has as inactive and none as a person',
    [candidate('a'), candidate('b', { ...two, isActive: false })],
    'inactive',
  ],
]

describe('meet', () => {
  for (const [name, candidates, expected] of cases) {
    test(`finds ${name}`, () => assert.deepEqual(outcome(candidates), expected))
  }

  test('takes an identifier alone where there is one provider and one directory only', () => {
    const alone = candidate('a', { by: ['externalId'], hasAddress: false })
    assert.deepEqual(outcome([alone], true), ['externalId', 'usr_a'])
    assert.equal(outcome([alone], false), 'nobody')
  })

  test('finds the same in whatever order, one SCIM user of a directory, and one person', () => {
    const any = fc.record({
      directoryId: fc.constantFrom<DirectoryId>('dir_1', 'dir_2', 'dir_3'),
      id: fc.constantFrom<UserId>('usr_a', 'usr_b', 'usr_c'),
      personId: fc.constantFrom<UserId | undefined>(undefined, 'usr_p', 'usr_q'),
      isActive: fc.boolean(),
      by: fc.subarray([...waysToMeet], { minLength: 1 }),
      hasAddress: fc.boolean(),
    })
    const all = fc.uniqueArray(any, { selector: ({ directoryId, id }) => `${directoryId} ${id}` })
    fc.assert(
      fc.property(all, fc.boolean(), (candidates, isOnly) => {
        const meeting = meet(candidates, isOnly)
        assert.equal(meet(candidates.toReversed(), isOnly).kind, meeting.kind)
        if (meeting.kind !== 'met') return
        const directories = meeting.scimUsers.map(({ directoryId }) => directoryId)
        assert.equal(new Set(directories).size, directories.length)
        const people = new Set(meeting.scimUsers.flatMap(({ personId }) => personId ?? []))
        assert.ok(people.size <= 1)
        assert.equal([...people][0], meeting.personId)
      }),
    )
  })
})
