import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { groupsDigest } from '#shared/products/groups-digest.ts'
import type { UnwrapKey } from '#shared/saml/decrypt-response.ts'
import { sha256 } from '#shared/secrets.ts'
import { completeSignIn } from '#shared/sign-in/complete-sign-in.ts'
import { assertionHandle, requestHandle } from '#shared/sign-in/login-handle.ts'
import type {
  CompletionError,
  Entitle,
  Found,
  Lookup,
  SignIn,
  SignInStore,
  Subject,
} from '#shared/sign-in/ports.ts'
import { attributeSubjectKey, issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'
import type { Submission } from '#shared/sign-in/submission.ts'
import type { CompletedTest } from '#shared/sign-in/test-ports.ts'
import {
  dropElement,
  setAttribute,
  setContent,
  swap,
  within,
} from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { idp as entityId, identity, requestId } from '#test/fixtures/saml/plain-response.ts'
import { found, now, provider, publicUrl, submission, unsolicited } from './example.ts'

const profile = { email: 'ada.lovelace@example.com' }
const asserted = identity.attributes.get('groups') ?? []
const digest = groupsDigest(asserted)
const known: Subject = { userId: 'usr_1', orgId: provider.orgId, profile }

type Write = { method: 'completeNew' | 'completeKnown'; signIn: SignIn; subject?: Subject }

/** `isFormer`: the subject is found by the last of the keys that are looked up. */
type Round = {
  subject?: Subject
  error?: CompletionError
  isFormer?: true
  isReplayed?: true
}

/**
 * A store that finds and answers what the test says: races cannot be had otherwise. Each round but
 * the first has its own subject, and each its own answer to the write.
 */
function scripted(rounds: readonly Round[], stored: Partial<Found> = {}) {
  const lookups: Lookup[] = []
  const again: string[] = []
  const writes: Write[] = []
  const tests: CompletedTest[] = []
  const round = () => rounds[writes.length - 1]
  const signIns: SignInStore = {
    find(lookup) {
      lookups.push(lookup)
      const { subject, isFormer } = rounds[0] ?? {}
      return Promise.resolve({ ...found, subject: isFormer ? undefined : subject, ...stored })
    },
    findSubjects(keys) {
      again.push(...keys)
      const index = rounds[writes.length]?.isFormer ? keys.length - 1 : 0
      const { subject } = rounds[writes.length] ?? {}
      return Promise.resolve(keys.map((_, at) => (at === index ? subject : undefined)))
    },
    findRequest(handle) {
      again.push(handle)
      return Promise.resolve({ ...found, ...stored }.request)
    },
    isCompleted: () => Promise.resolve(rounds[writes.length]?.isReplayed ?? false),
    completeNew(signIn) {
      writes.push({ method: 'completeNew', signIn })
      return Promise.resolve(round()?.error)
    },
    completeKnown(signIn, subject) {
      writes.push({ method: 'completeKnown', signIn, subject })
      return Promise.resolve(round()?.error)
    },
    completeTest(test) {
      tests.push(test)
      return Promise.resolve(
        rounds[0]?.error === 'already_completed' ? 'already_completed' : undefined,
      )
    },
  }
  const arrivals: Parameters<Entitle>[0][] = []
  const entitle: Entitle = (arrival) => {
    arrivals.push(arrival)
    return Promise.resolve()
  }
  return { signIns, unwrapKey, entitle, lookups, again, writes, tests, arrivals }
}

const unwrapKey: UnwrapKey = () => assert.fail('nothing is encrypted')

/** Completes the plain response against one round. */
async function complete(
  { found: stored, ...round }: Round & { found?: Partial<Found> } = {},
  submitted: Submission = submission(),
) {
  const ports = scripted([round], stored)
  const completed = await completeSignIn(ports, submitted)
  const { lookups, again, writes, tests } = ports
  return { completed, lookups, again, writes, tests }
}

function assertSignedIn(completed: Awaited<ReturnType<typeof completeSignIn>>) {
  assert.ok(completed.ok, JSON.stringify(completed.ok ? '' : completed.error.refusal))
  assert.ok(completed.value.kind === 'signed_in')
  return completed.value
}

const unsolicitedRound = { found: { request: undefined } }
const unasked = () => ({ ...submission(unsolicited), relayState: undefined })

describe('completeSignIn', () => {
  test('writes all that a sign-in is, and sends the browser on with its token', async () => {
    const { completed, writes } = await complete()
    const done = assertSignedIn(completed)
    const [write, ...others] = writes
    assert.deepEqual(others, [])
    const { secretHash, ...signIn } = write?.signIn ?? assert.fail('nothing was written')
    assert.equal(write?.method, 'completeNew')
    assert.deepEqual(signIn, {
      handle: requestHandle(requestId),
      isSolicited: true,
      idp: provider,
      subject: identity.nameId.value,
      subjectKey: subjectKey(provider.id, identity.nameId.value),
      profile,
      groups: identity.attributes.get('groups'),
      newGroups: { names: asserted, digest, at: identity.issueInstant },
      authentication: identity,
      landing: { product: 'meetings' },
      redeemableUntilMs: now * 1000 + 20_000,
      replayableUntil: identity.notOnOrAfter + provider.clockSkewSeconds,
      trace: {
        id: submission().traceId,
        at: now,
        orgId: provider.orgId,
        idpId: provider.id,
        outcome: 'succeeded',
        keyFingerprint: 'provider',
      },
    })
    const location = new URL(done.location)
    const [handle, secret = ''] = location.searchParams.get('token')?.split('.') ?? []
    assert.equal(location.origin + location.pathname, 'https://meetings.example/landing')
    assert.equal(handle, signIn.handle)
    assert.equal(sha256(secret), secretHash)
    assert.deepEqual(done.signIn, write?.signIn)
  })

  test('looks up what the response names, at the scope of the ACS that it came to', async () => {
    const { lookups } = await complete()
    const issuer = issuerKey('shared', entityId)
    assert.deepEqual(lookups, [
      {
        issuerKey: issuer,
        nameId: identity.nameId.value,
        requestHandle: requestHandle(requestId),
      },
    ])
    const scope = provider.orgId
    const own = await complete({}, { ...submission(), scope, relayState: undefined })
    assert.equal(own.lookups[0]?.issuerKey, issuerKey(scope, entityId))
  })

  test('looks up no request for an unsolicited response, and files it by its assertion', async () => {
    const { completed, lookups, writes } = await complete(unsolicitedRound, unasked())
    assert.ok(completed.ok)
    assert.deepEqual(Object.keys(lookups[0] ?? {}), ['issuerKey', 'nameId'])
    assert.equal(writes[0]?.signIn.isSolicited, false)
    assert.equal(writes[0]?.signIn.handle, assertionHandle(provider.id, identity.id))
  })

  test('completes the sign-in of somebody who is known as such', async () => {
    const { completed, writes } = await complete({ subject: known })
    assert.ok(completed.ok)
    assert.deepEqual(
      writes.map(({ method, subject }) => ({ method, subject })),
      [{ method: 'completeKnown', subject: known }],
    )
  })

  test('names the key that verified the signature', async () => {
    const { writes } = await complete({}, submission(undefined, keys.next))
    assert.equal(writes[0]?.signIn.trace.keyFingerprint, 'next')
  })

  test('reads nothing for what is no response', async () => {
    const { completed, lookups } = await complete({}, { ...submission(), samlResponse: '!' })
    assert.deepEqual(completed, {
      ok: false,
      error: { refusal: { cause: 'xml_not_base64' }, stage: 'message' },
    })
    assert.deepEqual(lookups, [])
  })

  test('refuses a response about nobody', async () => {
    const { completed, writes } = await complete({}, submission(dropElement('saml:NameID')))
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'subject_missing')
    assert.deepEqual(writes, [])
  })

  test('reads once and writes nothing for a response that is refused', async () => {
    const inactive = { ...provider, state: 'inactive' } as const
    const { completed, lookups, writes } = await complete({ found: { idp: inactive } })
    assert.deepEqual(completed, {
      ok: false,
      error: {
        refusal: { cause: 'idp_inactive' },
        stage: 'provider',
        idp: inactive,
        request: found.request,
      },
    })
    assert.equal(lookups.length, 1)
    assert.deepEqual(writes, [])
  })

  const strangers = [
    ['an unknown provider', undefined, 'idp_unknown'],
    ['an inactive provider', { ...provider, state: 'inactive' }, 'idp_inactive'],
    ['a removed provider', { ...provider, state: 'removed' }, 'idp_inactive'],
    [
      'a provider at other identifiers',
      { ...provider, identifiers: 'organization' },
      'organization_mismatch',
    ],
  ] as const
  for (const [name, idp, cause] of strangers) {
    test(`does not parse what comes from ${name}`, async () => {
      const hostile = `<!DOCTYPE x><Response><Issuer>${entityId}</Issuer>`
      const samlResponse = Buffer.from(hostile).toString('base64')
      const { completed } = await complete({ found: { idp } }, { ...submission(), samlResponse })
      assert.ok(!completed.ok)
      assert.equal(completed.error.refusal.cause, cause)
    })
  }

  test('does not parse what names no sender, and reads nothing', async () => {
    const samlResponse = Buffer.from('<!DOCTYPE x><Response/>').toString('base64')
    const { completed, lookups } = await complete({}, { ...submission(), samlResponse })
    const refusal = { cause: 'idp_unknown', want: 'Issuer' }
    assert.deepEqual(completed, { ok: false, error: { refusal, stage: 'provider' } })
    assert.deepEqual(lookups, [])
  })

  test('says whose it is where the document is refused', async () => {
    const samlResponse = Buffer.from(`<Response><Issuer>${entityId}</Issuer>`).toString('base64')
    const { completed } = await complete({}, { ...submission(), samlResponse })
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'xml_not_well_formed')
    assert.equal(completed.error.idp, provider)
  })

  test('is not misled by a sender in front of the real one', async () => {
    const issuer = setContent('saml:Issuer', 'https://other.example')
    const edit = within('saml:Assertion', issuer)
    const { completed } = await complete({}, submission(edit))
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'assertion_issuer')
  })

  test('looks the request up again where the text named another one first', async () => {
    const edit = setAttribute('samlp:Response', 'InResponseTo', '_other')
    const { completed, again } = await complete({}, submission(edit))
    assert.ok(!completed.ok)
    assert.deepEqual(again, [requestHandle(requestId)])
    assert.equal(completed.error.refusal.cause, 'in_response_to')
  })

  test('refuses an answer to no request of ours', async () => {
    const { completed } = await complete(unsolicitedRound)
    assert.ok(!completed.ok)
    assert.deepEqual(completed.error.refusal, { cause: 'request_unknown', got: requestId })
  })

  test('looks up by the attribute that people are known by, where it is one', async () => {
    const idp = { ...provider, attributeNames: { subject: ['mail'] } }
    const { completed, again, writes } = await complete({ found: { idp } })
    assertSignedIn(completed)
    const key = attributeSubjectKey(provider.id, identity.nameId.value)
    assert.deepEqual(again, [key])
    assert.equal(writes[0]?.signIn.subjectKey, key)
  })

  test('finds somebody whom a predecessor of the provider knew, and keeps them then', async () => {
    const idp: IdentityProvider = { ...provider, predecessors: ['idp_8', 'idp_9'] }
    const { again, writes } = await complete({ found: { idp }, subject: known, isFormer: true })
    const keys = [idp.id, 'idp_8', 'idp_9'] as const
    assert.deepEqual(
      again,
      keys.map((id) => subjectKey(id, identity.nameId.value)),
    )
    const [write] = writes
    assert.deepEqual(write?.subject, { ...known, isFormer: true })
    assert.equal(write?.signIn.subjectKey, subjectKey(idp.id, identity.nameId.value))
  })
})

describe('completeSignIn, where no unsolicited response may come,', () => {
  const idp = { ...provider, allowsUnsolicited: false }
  const round = { found: { idp, request: undefined } }

  test('sends the browser to a request of ours, and keeps the landing page', async () => {
    const relayState = 'https://training.example/courses/7'
    const { completed, writes } = await complete(round, { ...unasked(), relayState })
    assert.ok(completed.ok && completed.value.kind === 'restarted')
    const { location, trace } = completed.value
    const expected = `${publicUrl}/saml/idps/${idp.id}/login?product=training&target=%2Fcourses%2F7`
    assert.equal(location, expected)
    assert.equal(trace.outcome, 'restarted')
    assert.deepEqual(writes, [])
  })

  test('sends it to the default page for what is not on the list', async () => {
    const { completed } = await complete(round, {
      ...unasked(),
      relayState: 'https://evil.example',
    })
    assert.ok(completed.ok && completed.value.kind === 'restarted')
    assert.equal(
      completed.value.location,
      `${publicUrl}/saml/idps/${idp.id}/login?product=meetings`,
    )
  })

  test('notes that the page is another one', async () => {
    const { completed } = await complete(round, { ...unasked(), relayState: 'nothing' })
    assert.ok(completed.ok && completed.value.kind === 'restarted')
    assert.deepEqual(completed.value.trace.notes, ['landing_not_allowed'])
  })

  test('sends it three times, and no more: the provider never says what it answers', async () => {
    for (const restarts of [0, 1, 2]) {
      const { completed } = await complete(round, { ...unasked(), restarts })
      assert.ok(completed.ok && completed.value.kind === 'restarted')
      assert.equal(completed.value.restarts, restarts + 1)
    }
    const { completed } = await complete(round, { ...unasked(), restarts: 3 })
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'in_response_to_missing')
  })

  test('does not send it round and round if the provider forgets what it answers', async () => {
    const submitted = { ...unasked(), relayState: requestHandle(requestId) }
    const { completed } = await complete({ found: { idp } }, submitted)
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'in_response_to_missing')
  })
})

describe('completeSignIn, of a test,', () => {
  const testId = 'tst_1'
  const request = { ...found.request, testId } as Found['request']
  const inactive = { ...provider, state: 'inactive' } as const

  test('signs nobody in and keeps what was asserted, also before the provider is active', async () => {
    const { completed, writes, tests } = await complete({ found: { idp: inactive, request } })
    assert.ok(completed.ok && completed.value.kind === 'tested')
    assert.deepEqual(writes, [])
    const [kept] = tests
    assert.equal(kept?.testId, testId)
    assert.equal(kept?.handle, requestHandle(requestId))
    assert.deepEqual(kept?.result, {
      outcome: 'succeeded',
      keyFingerprint: 'provider',
      nameId: identity.nameId,
      authnContext: identity.authnContext,
      claims: [...identity.attributes].map(([name, values]) => ({ name, values })),
      profile,
      groups: identity.attributes.get('groups'),
      sources: { email: 'mail', groups: 'groups' },
      notes: [],
    })
  })

  test('keeps why it would have been refused', async () => {
    const submitted = submission(dropElement('saml:NameID'))
    const { completed, tests } = await complete({ found: { request } }, submitted)
    assert.ok(completed.ok && completed.value.kind === 'tested')
    const { message = '', ...result } = tests[0]?.result ?? assert.fail('nothing was kept')
    const expected = { outcome: 'refused', cause: 'subject_missing', stage: 'assertion', notes: [] }
    assert.deepEqual(result, expected)
    assert.match(message, /^<samlp:Response /)
  })

  test('works once', async () => {
    const { completed } = await complete({ found: { request }, error: 'already_completed' })
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'request_used')
  })

  test('lets no inactive provider in for the test of another one', async () => {
    const other = { ...request, idpId: 'idp_2' } as Found['request']
    const { completed, tests } = await complete({ found: { idp: inactive, request: other } })
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'idp_inactive')
    assert.deepEqual(tests, [])
  })

  test('lets no inactive provider in whose message only looks like the answer of a test', async () => {
    const lure = setAttribute('samlp:Response', 'Consent', " InResponseTo='_test'")
    const ports = scripted([], { idp: inactive, request })
    ports.signIns.findRequest = () => Promise.resolve(found.request)
    const completed = await completeSignIn(ports, submission(lure))
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'idp_inactive')
    assert.deepEqual(ports.writes, [])
  })

  test('lets no removed provider in', async () => {
    const removed = { ...provider, state: 'removed' } as const
    const { completed, writes } = await complete({ found: { idp: removed, request } })
    assert.ok(completed.ok && completed.value.kind === 'tested')
    assert.equal(completed.value.result.cause, 'idp_inactive')
    assert.deepEqual(writes, [])
  })

  test('keeps that somebody answered whom nobody knows', async () => {
    const { completed, tests } = await complete({ found: { idp: undefined, request } })
    assert.ok(completed.ok && completed.value.kind === 'tested')
    assert.equal(tests[0]?.result.cause, 'idp_unknown')
    assert.equal(tests[0]?.result.got, entityId)
  })
})

describe('completeSignIn, where the browser goes,', () => {
  const meetings = { landing: { product: 'meetings' } }
  const substitute = { ...meetings, notes: ['landing_not_allowed'] }

  const byRequest = [
    ['the default product of the provider', {}, meetings],
    ['the product of the request', { product: 'training' }, { landing: { product: 'training' } }],
    [
      'the page of the request',
      { product: 'training', target: '/courses/7' },
      { landing: { product: 'training', target: '/courses/7' } },
    ],
    [
      'a page of the default product',
      { target: '/rooms' },
      { landing: { product: 'meetings', target: '/rooms' } },
    ],
    [
      'the default, if a page has become forbidden meanwhile,',
      { product: 'training', target: '/admin' },
      substitute,
    ],
    ['the default, if a product has gone meanwhile,', { product: 'gone' }, substitute],
  ] as const
  for (const [name, asked, { landing, ...trace }] of byRequest) {
    test(`is ${name} whatever RelayState says`, async () => {
      const request = { ...found.request, ...asked } as Found['request']
      const relayState = 'https://training.example/in'
      const { writes } = await complete({ found: { request } }, { ...submission(), relayState })
      assert.deepEqual(writes[0]?.signIn.landing, landing)
      const notes = ['relay_state_changed', ...('notes' in trace ? trace.notes : [])]
      assert.deepEqual(writes[0]?.signIn.trace.notes, notes)
    })
  }

  const byRelayState = [
    ['the default product without RelayState', undefined, meetings],
    ['the default product with an empty RelayState', '', meetings],
    ['the product that RelayState names', 'training', { landing: { product: 'training' } }],
    [
      'the page that RelayState names',
      'https://training.example/courses/7',
      { landing: { product: 'training', target: '/courses/7' } },
    ],
    ['the default for a page that is forbidden', 'https://training.example/admin', substitute],
    ['the default for a foreign page', 'https://evil.example/', substitute],
  ] as const
  for (const [name, relayState, { landing, ...trace }] of byRelayState) {
    test(`is ${name} if the provider started`, async () => {
      const { writes } = await complete(unsolicitedRound, {
        ...submission(unsolicited),
        relayState,
      })
      assert.deepEqual(writes[0]?.signIn.landing, landing)
      const notes = 'notes' in trace ? trace.notes : undefined
      assert.deepEqual(writes[0]?.signIn.trace.notes, notes)
    })
  }

  test('is nowhere if the default product is not in the catalogue', async () => {
    const idp = { ...provider, defaultProduct: 'gone' }
    const { completed, writes } = await complete({ found: { idp } })
    const refusal = { cause: 'product_unknown', got: 'gone' }
    assert.deepEqual(completed, {
      ok: false,
      error: { refusal, stage: 'landing', idp, keyFingerprint: 'provider' },
    })
    assert.deepEqual(writes, [])
  })
})

describe('completeSignIn, when the write finds something out,', () => {
  const late = { stage: 'account', idp: provider, keyFingerprint: 'provider' }
  const refused = [
    ['already_completed', 'request_used', submission(), {}],
    ['already_completed', 'assertion_replayed', unasked(), unsolicitedRound],
    ['user_suspended', 'user_suspended', submission(), { subject: known }],
    ['email_in_use', 'email_in_use', submission(), {}],
  ] as const
  for (const [error, cause, submitted, round] of refused) {
    test(`refuses ${error} as ${cause}, at once`, async () => {
      const { completed, lookups } = await complete({ ...round, error }, submitted)
      assert.deepEqual(completed, { ok: false, error: { refusal: { cause }, ...late } })
      assert.equal(lookups.length, 1)
    })
  }

  test('reads again if somebody else was faster, and completes with what it finds then', async () => {
    const ports = scripted([
      { error: 'subject_changed' },
      { subject: known, error: 'subject_changed' },
      { subject: { ...known, userId: 'usr_2' } },
    ])
    const done = assertSignedIn(await completeSignIn(ports, submission()))
    assert.equal(ports.lookups.length, 1)
    assert.equal(ports.again.length, 2)
    assert.deepEqual(
      ports.writes.map(({ method, subject }) => [method, subject?.userId]),
      [
        ['completeNew', undefined],
        ['completeKnown', 'usr_1'],
        ['completeKnown', 'usr_2'],
      ],
    )
    assert.equal(done.signIn.secretHash, ports.writes[2]?.signIn.secretHash)
  })

  test('gives up after three attempts', async () => {
    const changed = { error: 'subject_changed' } as const
    const ports = scripted([changed, changed, changed, {}])
    const completed = await completeSignIn(ports, submission())
    assert.deepEqual(completed, {
      ok: false,
      error: { refusal: { cause: 'email_in_use' }, ...late },
    })
    assert.equal(ports.writes.length, 3)
  })

  test('does not hide an outage', async () => {
    const outage = new Error('DynamoDB is away')
    const ports = scripted([])
    ports.signIns.completeNew = () => Promise.reject(outage)
    await assert.rejects(completeSignIn(ports, submission()), outage)
  })
})

test('completeSignIn remembers a response for as long as its last confirmation is good', async () => {
  const later = setAttribute('saml:SubjectConfirmationData', 'NotOnOrAfter', '2026-03-04T10:24:00Z')
  const { writes } = await complete({}, submission(later))
  const skew = provider.clockSkewSeconds
  assert.equal(writes[0]?.signIn.replayableUntil, identity.notOnOrAfter + 240 + skew)
})

describe('completeSignIn of a person whom rules or seats concern', () => {
  const kept = { digest, at: identity.issueInstant, rulesRev: 3 }
  const upToDate: Subject = { ...known, groups: kept }
  const stored = { rulesRev: 3 }
  const seated = new Map(
    [...found.catalogue].map(([key, product]) => [
      key,
      { ...product, access: 'assigned' as const },
    ]),
  )
  const run = async (rounds: readonly Round[], changes: Partial<Found>, edit = submission()) => {
    const ports = scripted(rounds, changes)
    const completed = await completeSignIn(ports, edit)
    const { arrivals, writes } = ports
    return { completed, arrivals, writes, methods: writes.map(({ method }) => method) }
  }

  test('asks no rules where they have decided for these groups', async () => {
    const { completed, arrivals, writes } = await run([{ subject: upToDate }], stored)
    assertSignedIn(completed)
    assert.deepEqual(arrivals, [])
    assert.equal(writes[0]?.signIn.newGroups, undefined)
  })

  const pending = [
    ['other groups', { ...kept, digest: 'of others' }, { names: asserted, at: kept.at }],
    ['rules that have changed', { ...kept, rulesRev: 2 }, { names: asserted, at: kept.at }],
    ['rules that have not been applied', { digest, at: kept.at }, { names: asserted, at: kept.at }],
  ] as const
  for (const [name, groups, told] of pending) {
    test(`lets rules decide first for ${name}`, async () => {
      const { completed, arrivals, methods } = await run(
        [{ subject: { ...known, groups } }],
        stored,
      )
      assertSignedIn(completed)
      assert.deepEqual(
        arrivals.map((arrival) => arrival.groups),
        [told],
      )
      assert.equal(arrivals[0]?.userId, known.userId)
      assert.deepEqual(methods, ['completeKnown'])
    })
  }

  test('reads no groups out of a response that was made before another one', async () => {
    const later = { ...kept, digest: 'of others', at: kept.at + 1 }
    const { completed, arrivals, writes } = await run(
      [{ subject: { ...known, groups: later } }],
      stored,
    )
    assertSignedIn(completed)
    assert.deepEqual(arrivals, [])
    assert.equal(writes[0]?.signIn.newGroups, undefined)
  })

  const silent = swap('Name="groups"', 'Name="teams"')
  test('takes no word of groups for no groups, of who was in some', async () => {
    const { arrivals } = await run([{ subject: upToDate }], stored, submission(silent))
    assert.deepEqual(
      arrivals.map(({ groups }) => groups?.names),
      [[]],
    )
    const never = await run([{ subject: known }], stored, submission(silent))
    assert.deepEqual(never.arrivals, [])
  })

  test('lets a new person exist before rules decide, and completes then', async () => {
    const rounds = [{}, { subject: known }, {}]
    const { completed, arrivals, writes, methods } = await run(rounds, stored)
    assertSignedIn(completed)
    assert.deepEqual(methods, ['completeNew', 'completeKnown'])
    assert.equal(writes[0]?.signIn.isEnrolment, true)
    assert.equal(writes[1]?.signIn.isEnrolment, undefined)
    assert.equal(arrivals.length, 1)
  })

  test('asks rules again where a seat is missing, and completes if there is one then', async () => {
    const rounds = [{ subject: upToDate, error: 'no_product_access' }, {}] as const
    const { completed, arrivals, writes } = await run(rounds, { ...stored, catalogue: seated })
    assertSignedIn(completed)
    assert.equal(writes[0]?.signIn.requiresAccess, true)
    assert.equal(arrivals.length, 1)
  })

  test('refuses who has no seat, and says of which product', async () => {
    const missing = { error: 'no_product_access' } as const
    const changes = { catalogue: seated }
    const { completed, methods } = await run([{ subject: known, ...missing }], changes)
    assert.ok(!completed.ok)
    assert.deepEqual(completed.error.refusal, { cause: 'no_product_access', got: 'meetings' })
    assert.equal(completed.error.product, 'Meetings')
    assert.deepEqual(methods, ['completeKnown'])
    const byRules = await run([{ subject: upToDate, ...missing }, missing], {
      ...stored,
      ...changes,
    })
    assert.ok(!byRules.completed.ok)
    assert.equal(byRules.completed.error.refusal.cause, 'no_product_access')
  })

  test('lets a new person exist who is refused, so that they can be given a seat', async () => {
    const missing = { error: 'no_product_access' } as const
    const rounds = [missing, {}, { subject: known, ...missing }]
    const { completed, writes } = await run(rounds, { catalogue: seated })
    assert.ok(!completed.ok)
    assert.deepEqual(
      writes.map(({ method, signIn }) => [method, signIn.isEnrolment]),
      [
        ['completeNew', undefined],
        ['completeNew', true],
        ['completeKnown', undefined],
      ],
    )
  })

  test('lets nothing that was sent before change what somebody may use', async () => {
    const rounds = [
      { subject: { ...known, groups: { ...kept, digest: '' } }, isReplayed: true },
    ] as const
    const { completed, arrivals, writes } = await run(rounds, stored)
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'request_used')
    assert.deepEqual([arrivals, writes], [[], []])
  })

  test('refuses a new person for what stands in their way, and asks no rules', async () => {
    const { completed, arrivals } = await run([{ error: 'email_in_use' }], stored)
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'email_in_use')
    assert.deepEqual(arrivals, [])
  })
})
