import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BreakGlass } from '#shared/admin/break-glass.ts'
import { issueLink, type LinkKind } from '#shared/admin/mailed-link.ts'
import type { BreakGlassStore, UseError } from '#shared/admin/session-ports.ts'
import { type Acceptance, useLink } from '#shared/admin/use-link.ts'
import type { Invitation } from '#shared/users/invitation.ts'
import type { Act } from '#shared/users/ports.ts'
import type { UserRecord } from '#shared/users/types.ts'
import { now, nowMs, orgId, userId } from './session-example.ts'

type Given = {
  kind?: LinkKind
  isUsed?: boolean
  endsAt?: number
  error?: UseError
  invitation?: Invitation
  /** What is current at each look. */
  current?: readonly (BreakGlass | undefined)[]
  /** Of each attempt to confirm. */
  errors?: readonly (UseError | undefined)[]
}

const invitation: Invitation = {
  ...{ id: 'inv_1', orgId, userId, email: 'ada@acme.example', role: 'admin', state: 'pending' },
  ...{ createdAt: now, createdBy: 'apikey:key_1', lifetimeSeconds: 60, endsAt: now + 60 },
  ...{ sentAt: now, sentCount: 1, revision: 1 },
}
const invited: UserRecord = {
  user: {
    ...{ id: userId, orgId, email: 'ada@acme.example', state: 'invited', role: 'admin' },
    joinedBy: 'invitation',
  },
  ...{ createdAt: now, revision: 1, subjectCount: 0 },
}

async function use(given: Given = {}) {
  const { kind = 'sign-in', isUsed = false, endsAt = now + 1, errors = [], current = [] } = given
  const { link } = issueLink({
    kind,
    orgId,
    userId,
    endsAt,
    ...(kind === 'invitation' && { invitationId: 'inv_1' }),
  })
  const accepted: Act[] = []
  const invitations: Acceptance = {
    find: (_, id) => Promise.resolve(id === 'inv_1' ? given.invitation : undefined),
    findUser: () => Promise.resolve(invited),
    accept(...[, , act]) {
      accepted.push(act)
      return Promise.resolve(undefined)
    },
  }
  const changes: Parameters<BreakGlassStore['confirm']>[2][] = []
  let uses = 0
  let looks = 0
  const ports = {
    links: {
      find: (handle: string) =>
        Promise.resolve(handle === link.handle ? { ...link, isUsed } : undefined),
      use() {
        uses++
        return Promise.resolve(given.error)
      },
    },
    invitations,
    breakGlass: {
      findCurrent: () => Promise.resolve(current[looks++]),
      confirm: (...[, , change]: Parameters<BreakGlassStore['confirm']>) => {
        changes.push(change)
        return Promise.resolve(errors[changes.length - 1])
      },
    },
  }
  const used = await useLink(ports, { handle: link.handle, newId: 'bgl_1', nowMs })
  return { used, changes, accepted, uses: () => uses }
}

const waiting: BreakGlass = {
  ...{ id: 'bgl_0', orgId, state: 'requested', requestedBy: 'usr_other' },
  ...{ requestedAt: now - 60, requestEndsAt: now + 3540 },
}

describe('useLink', () => {
  test('begins a session', async () => {
    const { used } = await use()
    assert.ok(used.ok)
    const { session, outcome } = used.value
    assert.deepEqual(
      [outcome, session.kind, session.orgId, session.userId, session.beganMs],
      ['signed_in', 'normal', orgId, userId, nowMs],
    )
  })

  const dead = [
    ['was used', { isUsed: true }, 'link_used'],
    ['is over', { endsAt: now }, 'link_expired'],
    ['is used this moment', { error: 'link_used' }, 'link_used'],
    ['is of somebody who administers no more', { error: 'not_administrator' }, 'not_administrator'],
  ] as const
  for (const [name, given, error] of dead) {
    test(`begins none by a link that ${name}`, async () => {
      assert.deepEqual((await use(given)).used, { ok: false, error })
    })
  }

  test('begins none without a link', async () => {
    const never = () => Promise.reject(new Error('is not asked for'))
    const ports = {
      links: { find: never, use: never },
      breakGlass: { findCurrent: never, confirm: never },
      invitations: { find: never, findUser: never, accept: never },
    }
    const used = await useLink(ports, { handle: undefined, newId: 'bgl_1', nowMs })
    assert.deepEqual(used, { ok: false, error: 'link_unknown' })
  })

  test('accepts the invitation that it is of, in the name of who is invited', async () => {
    const { used, accepted, uses } = await use({ kind: 'invitation', invitation })
    assert.equal(used.ok && used.value.outcome, 'signed_in')
    assert.deepEqual(accepted, [{ actor: `user:${userId}`, at: now }])
    assert.equal(uses(), 1)
  })

  const over = [
    ['there is none', {}],
    ['it was accepted before', { invitation: { ...invitation, state: 'accepted' } }],
    ['it was revoked', { invitation: { ...invitation, state: 'revoked' } }],
    ['it has expired', { invitation: { ...invitation, endsAt: now } }],
    ['it is of somebody else', { invitation: { ...invitation, userId: 'usr_other' } }],
    ['it is of a member', { invitation: { ...invitation, role: 'member' } }],
  ] as const
  for (const [name, given] of over) {
    test(`begins no session by an invitation where ${name}`, async () => {
      const { used, accepted, uses } = await use({ kind: 'invitation', ...given })
      assert.deepEqual(used, { ok: false, error: 'invitation_over' })
      assert.deepEqual([accepted, uses()], [[], 0])
    })
  }

  test('asks for an emergency as the first, and is not in the door yet', async () => {
    const { used, uses } = await use({ kind: 'break-glass' })
    assert.ok(used.ok)
    assert.equal(used.value.outcome, 'requested')
    assert.equal('doorClosesAt' in used.value, false)
    assert.deepEqual(
      [used.value.session.kind, used.value.session.breakGlassId],
      ['emergency', 'bgl_1'],
    )
    assert.equal(used.value.session.endsAtMs, (now + 5400) * 1000)
    assert.equal(uses(), 0)
  })

  test('opens it as the second', async () => {
    const { used, changes } = await use({ kind: 'break-glass', current: [waiting] })
    assert.ok(used.ok)
    assert.deepEqual([used.value.outcome, used.value.doorClosesAt], ['opened', now + 1800])
    assert.equal(used.value.session.endsAtMs, (now + 1800) * 1000)
    assert.equal(changes[0]?.before, waiting)
  })

  test('looks again where another one was faster, and opens what that one asked for', async () => {
    const { used, changes } = await use({
      kind: 'break-glass',
      current: [undefined, waiting],
      errors: ['changed_meanwhile'],
    })
    assert.equal(used.ok && used.value.outcome, 'opened')
    assert.equal(changes.length, 2)
  })

  test('gives up where others are always faster', async () => {
    const errors = Array<UseError>(9).fill('changed_meanwhile')
    const { used, changes } = await use({ kind: 'break-glass', errors })
    assert.deepEqual(used, { ok: false, error: 'changed_meanwhile' })
    assert.equal(changes.length, 3)
  })

  test('confirms nothing twice for one administrator', async () => {
    const current = [{ ...waiting, requestedBy: userId } as const]
    const { used, changes } = await use({ kind: 'break-glass', current })
    assert.deepEqual(used, { ok: false, error: 'same_administrator' })
    assert.deepEqual(changes, [])
  })
})
