import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newOrgId, newUserId } from '#shared/ids.ts'
import { changedPerson, linkedPerson, newPerson } from '#shared/scim/person.ts'
import { addressOf, isActive, namesOf } from '#shared/scim/person-profile.ts'
import { removedPerson } from '#shared/scim/removed-person.ts'
import type { Document, ScimAct, ScimUser } from '#shared/scim/types.ts'
import type { Invitation } from '#shared/users/invitation.ts'
import type { User, UserRecord } from '#shared/users/types.ts'

const orgId = newOrgId()
const directoryId = newDirectoryId(orgId)
const id = newUserId()
const domains = ['acme.example', 'acme.test']
const nowMs = 1_800_000_000_500
const now = 1_800_000_000
const act = { actor: 'scim:sct_1', nowMs } as ScimAct

const document = { userName: 'ada', emails: [{ value: 'ada@acme.example' }] }
const scimUser = (changes: Partial<ScimUser> = {}): ScimUser => ({
  ...{ id, directoryId, document, version: 1, createdMs: 1, modifiedMs: 1 },
  ...changes,
})

const record = (changes: Partial<User> = {}): UserRecord => ({
  user: {
    ...{ id, orgId, state: 'active', role: 'member', joinedBy: 'scim' },
    ...{ email: 'ada@acme.example', directories: [directoryId] },
    ...changes,
  },
  ...{ createdAt: 1, revision: 7, subjectCount: 2 },
})

describe('the address of a SCIM user', () => {
  const cases: readonly (readonly [string, Document, string | undefined])[] = [
    [
      'is the primary e-mail',
      {
        emails: [
          { value: 'w@acme.example', type: 'work' },
          { value: 'p@acme.example', primary: true },
        ],
      },
      'p@acme.example',
    ],
    [
      'is the one for work, where none is primary',
      { emails: [{ value: 'h@acme.example' }, { value: 'w@acme.example', type: 'Work' }] },
      'w@acme.example',
    ],
    [
      'is the first one, where none is for work',
      { emails: [{ value: 'a@acme.example', type: 'home' }, { value: 'b@acme.example' }] },
      'a@acme.example',
    ],
    ['is the userName, where there is no e-mail', { userName: 'u@acme.test' }, 'u@acme.test'],
    [
      'is the userName, where e-mails are none',
      { userName: 'u@acme.test', emails: [{}] },
      'u@acme.test',
    ],
    ['is in a proved domain in any letter case', { userName: 'u@ACME.Test' }, 'u@ACME.Test'],
    ['is none, where the userName is none', { userName: 'ada' }, undefined],
    ['is none outside of proved domains', { userName: 'u@sub.acme.example' }, undefined],
    [
      'is none, where the primary e-mail is elsewhere',
      {
        userName: 'u@acme.example',
        emails: [{ value: 'x@y.example', primary: true }, { value: 'w@acme.example' }],
      },
      undefined,
    ],
    ['is one address, and no two', { userName: 'a@b.example,u@acme.example' }, undefined],
  ]
  for (const [name, given, address] of cases) {
    test(name, () => {
      assert.equal(addressOf(given, domains), address)
    })
  }

  test('is none, where no domain is proved', () => {
    assert.equal(addressOf({ userName: 'u@acme.example' }, []), undefined)
  })
})

describe('a document', () => {
  test('lets its user sign in, unless it says that it does not', () => {
    for (const active of [true, 'True', null]) assert.equal(isActive({ active }), true)
    assert.equal(isActive({}), true)
    for (const active of [false, 'False', 'false']) assert.equal(isActive({ active }), false)
  })

  test('has names as users have them', () => {
    const name = { givenName: ' Ada ', familyName: '', formatted: 'Ada King' }
    assert.deepEqual(namesOf({ name }), { givenName: 'Ada', displayName: 'Ada King' })
    assert.deepEqual(namesOf({ name, displayName: 'A. K.' }), {
      givenName: 'Ada',
      displayName: 'A. K.',
    })
    const long = `${'a'.repeat(255)}\u{1f600}`
    assert.deepEqual(namesOf({ displayName: long }), { displayName: 'a'.repeat(255) })
    assert.deepEqual(namesOf({ displayName: '\ud800x' }), { displayName: '\ufffdx' })
    assert.deepEqual(namesOf({ displayName: 7, name: 'x' }), {})
  })
})

describe('a SCIM user without a person', () => {
  test('becomes a new one', () => {
    const next = scimUser({ document: { ...document, name: { givenName: 'Ada' } } })
    const decided = newPerson({ next, domains, act })
    assert.deepEqual(decided.next, { ...next, personId: id })
    assert.deepEqual(decided.person, {
      kind: 'create',
      record: {
        user: {
          ...{ id, orgId, role: 'member', joinedBy: 'scim', email: 'ada@acme.example' },
          ...{ givenName: 'Ada', state: 'active', directories: [directoryId] },
        },
        ...{ createdAt: now, revision: 1, subjectCount: 0 },
      },
      link: {
        ...{ directoryId, scimUserId: id, how: 'created', linkedAt: now, linkedBy: 'scim:sct_1' },
      },
    })
  })

  test('becomes one who is kept out, where it is not active', () => {
    const next = scimUser({ document: { ...document, active: false } })
    const decided = newPerson({ next, domains, act })
    assert.ok(decided.person?.kind === 'create')
    const { state, suspendedBy } = decided.person.record.user
    assert.deepEqual([state, suspendedBy], ['suspended', directoryId])
  })

  test('stays nobody without an address in a proved domain, or where an admin parted the two', () => {
    const outside = scimUser({ document: { userName: 'ada@elsewhere.example' } })
    assert.deepEqual(newPerson({ next: outside, domains, act }), {
      next: outside,
      person: undefined,
    })
    const apart = scimUser({ isApart: true })
    assert.deepEqual(newPerson({ next: apart, domains, act }), { next: apart, person: undefined })
  })
})

const invitation: Invitation = {
  ...{ id: 'inv_1', orgId, userId: id, email: 'ada@acme.example', role: 'admin' },
  ...{ state: 'pending', createdAt: 1, createdBy: 'test', lifetimeSeconds: 9 },
  ...{ endsAt: now + 1, sentAt: 1, sentCount: 1, revision: 1 },
}

describe('a SCIM user whose address is that of somebody', () => {
  const link = (
    found: Partial<User>,
    given: Document = document,
    invited?: Partial<Invitation>,
  ) => {
    const person = {
      record: record({ joinedBy: 'automatic', ...found }),
      invitation: invited && { ...invitation, ...invited },
    }
    const decided = linkedPerson({ next: scimUser({ document: given }), domains, act }, person)
    assert.ok(decided.person?.kind === 'change')
    const { next: becomes, ...change } = decided.person
    return { ...change, next: decided.next, user: becomes.user }
  }
  const inactive = { ...document, active: false }

  test('is them from now on, with the address as it is spelled', () => {
    const other = newUserId()
    const { directories: _, ...person } = record({ id: other, email: 'ADA@acme.example' }).user
    const found = { record: { ...record(), user: person }, invitation: undefined }
    const { next, person: change } = linkedPerson({ next: scimUser(), domains, act }, found)
    assert.equal(next.personId, other)
    assert.ok(change?.kind === 'change')
    assert.deepEqual(change.next, {
      ...found.record,
      user: { ...person, email: 'ada@acme.example', directories: [directoryId] },
      revision: 8,
    })
    assert.deepEqual(
      [change.event, change.link?.how, change.invitation],
      ['updated', 'email', undefined],
    )
  })

  test('leaves them names that the document does not have', () => {
    const { user } = link(
      { givenName: 'Augusta', familyName: 'King' },
      { ...document, name: { givenName: 'Ada' } },
    )
    assert.deepEqual([user.givenName, user.familyName], ['Ada', 'King'])
  })

  test('keeps them out, where it is not active', () => {
    const { user, event } = link({}, inactive)
    const { state, suspendedBy } = user
    assert.deepEqual([state, suspendedBy, event], ['suspended', directoryId, 'suspended'])
    assert.equal(user.sessionsFrom, nowMs + 1)
  })

  for (const given of [document, inactive]) {
    test(`does not bring back whom an admin suspended, ${isActive(given) ? '' : 'not '}active`, () => {
      const { user, event } = link({ state: 'suspended' }, given)
      const { state, suspendedBy } = user
      assert.deepEqual([state, suspendedBy, event], ['suspended', undefined, 'updated'])
    })
  }

  const invited = {
    state: 'invited',
    role: 'admin',
    joinedBy: 'invitation',
    invitationId: 'inv_1',
  } as const

  test('lets who was invited come, with the role that the invitation says', () => {
    const { user, event, invitation: closed } = link(invited, document, {})
    assert.deepEqual(
      [user.state, user.role, user.joinedBy, user.invitationId, event],
      ['active', 'admin', 'invitation', undefined, 'updated'],
    )
    assert.deepEqual(closed, { record: invitation, becomes: 'accepted' })
  })

  const without = [
    ['an invitation that is over', document, { endsAt: now }, 'revoked', 'active'],
    ['one that was revoked', document, { state: 'revoked' }, undefined, 'active'],
    ['none that is there', document, undefined, undefined, 'active'],
    ['being active', inactive, {}, 'revoked', 'suspended'],
  ] as const
  for (const [name, given, change, becomes, state] of without) {
    test(`makes who was invited a member without ${name}`, () => {
      const { user, invitation: closed } = link(invited, given, change)
      assert.deepEqual([user.state, user.role, user.joinedBy], [state, 'member', 'scim'])
      assert.equal(closed?.becomes, becomes)
      assert.equal(user.suspendedBy, state === 'suspended' ? directoryId : undefined)
    })
  }
})

/** Who is kept out, and by whom. */
const active = { state: 'active' } as const
const byAdmin = { state: 'suspended' } as const
const byUs = { state: 'suspended', suspendedBy: directoryId } as const
const byAnother = { state: 'suspended', suspendedBy: newDirectoryId(orgId) } as const

const keptOutBy = ({ suspendedBy }: User) => suspendedBy && { suspendedBy }

describe('a SCIM user that changes', () => {
  type Change = {
    before?: Document
    next: Document
    person?: Partial<User> | null
  }
  const change = ({ before = document, next, person = {} }: Change) => {
    const user = scimUser({ personId: id, document: before })
    const decided = changedPerson(
      { next: { ...user, document: { ...document, ...next } }, domains, act },
      user,
      person ? record(person) : undefined,
    )
    const { person: changed } = decided
    return {
      user: changed?.kind === 'change' ? changed.next.user : undefined,
      event: changed?.kind === 'change' ? changed.event : undefined,
    }
  }
  const off = { ...document, active: false }

  test('changes nothing of the person where nothing of theirs changes', () => {
    assert.deepEqual(change({ next: { title: 'x' } }), {
      ...{ user: undefined, event: undefined },
    })
  })

  test('takes names and address along', () => {
    const { user, event } = change({
      before: { ...document, displayName: 'A', name: { givenName: 'Ada' } },
      next: { displayName: 'B', emails: [{ value: 'b@acme.test' }] },
      person: { displayName: 'A', givenName: 'Ada', familyName: 'Own' },
    })
    assert.equal(event, 'updated')
    assert.deepEqual(user, {
      ...record({ displayName: 'B', familyName: 'Own', email: 'b@acme.test' }).user,
    })
  })

  test('leaves the person the address that they have, where its own is in no proved domain', () => {
    const { user } = change({ next: { emails: [{ value: 'b@elsewhere.example' }] } })
    assert.equal(user, undefined)
  })

  const states = [
    ['keeps out who is active', document, off, active, byUs],
    ['lets in whom it keeps out', off, document, byUs, active],
    ['does not keep out whom an admin does', document, off, byAdmin, undefined],
    ['does not let in whom an admin keeps out', off, document, byAdmin, undefined],
    ['does not let in whom another directory keeps out', off, document, byAnother, undefined],
    ['does not keep out again whom an admin let in', off, off, active, undefined],
    ['has nothing to do where an admin was faster to let in', off, document, active, undefined],
    ['goes on keeping out', off, off, byUs, undefined],
  ] as const
  for (const [name, before, next, person, becomes] of states) {
    test(name, () => {
      const { user, event } = change({ before, next: { ...next, title: 'x' }, person })
      const left = user && { state: user.state, ...keptOutBy(user) }
      assert.deepEqual(left, becomes)
      if (becomes) assert.equal(event, becomes === active ? 'reactivated' : 'suspended')
      if (becomes === byUs) assert.equal(user?.sessionsFrom, nowMs + 1)
    })
  }

  for (const role of ['admin', 'reader'] as const) {
    test(`leaves a person who is ${role} the address that they have, and changes their name`, () => {
      const next = { displayName: 'B', emails: [{ value: 'b@acme.test' }] }
      const { user } = change({ next, person: { role } })
      assert.deepEqual(user, record({ role, displayName: 'B' }).user)
    })
  }

  test('leaves alone who was deleted here, or is remembered no more', () => {
    for (const person of [{ state: 'deleted' } as const, null]) {
      assert.equal(change({ next: { displayName: 'B' }, person }).user, undefined)
    }
  })
})

describe('a SCIM user that is removed', () => {
  const remove = (changes: Partial<User>) => removedPerson(scimUser(), record(changes), act)

  for (const state of ['active', 'suspended'] as const) {
    test(`deletes who is ${state}, who can be restored as they were`, () => {
      const { directories: _, ...user } = record({ state }).user
      const deletion = { at: now, until: now + 30 * 24 * 3600, from: state }
      assert.deepEqual(remove({ state }), {
        user: { ...user, state: 'deleted', sessionsFrom: nowMs + 1, deletion },
        event: 'deleted',
      })
    })
  }

  test('leaves alone who was deleted already', () => {
    assert.equal(remove({ state: 'deleted' }), undefined)
  })

  test('leaves whom another directory provisions, too, and who has only been invited', () => {
    const other = newDirectoryId(orgId)
    const kept = remove({ directories: [directoryId, other] })
    assert.deepEqual(kept, { user: record({ directories: [other] }).user, event: 'updated' })
    assert.equal(remove({ state: 'invited' })?.user.state, 'invited')
  })

  test('leaves who is kept, and lets them in where the directory had kept them out', () => {
    const { directories: _, ...user } = record().user
    const suspended = { ...user, state: 'suspended', suspendedBy: directoryId }
    const keep = (changes: Partial<User>, kept: 'let-in' | 'as-is') =>
      removedPerson(scimUser(), record(changes), act, kept)
    assert.deepEqual(keep(active, 'let-in'), { user, event: 'updated' })
    assert.deepEqual(keep(byAdmin, 'let-in'), { user: { ...user, ...byAdmin }, event: 'updated' })
    assert.deepEqual(keep(byUs, 'let-in'), { user, event: 'reactivated' })
    assert.deepEqual(keep(byUs, 'as-is'), { user: suspended, event: 'updated' })
  })
})
