import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sha256 } from '#shared/secrets.ts'
import { completeSignIn } from '#shared/sign-in/complete-sign-in.ts'
import { assertionHandle, requestHandle } from '#shared/sign-in/login-handle.ts'
import type {
  CompletionError,
  Found,
  Lookup,
  SignIn,
  SignInStore,
  Subject,
} from '#shared/sign-in/ports.ts'
import { issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'
import type { Submission } from '#shared/sign-in/submission.ts'
import { dropElement, setAttribute } from '#test/fixtures/saml/edit-xml.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { idp as entityId, identity, requestId } from '#test/fixtures/saml/plain-response.ts'
import { found, now, provider, submission, unsolicited } from './example.ts'

const profile = { email: 'ada.lovelace@example.com' }
const known: Subject = { userId: 'usr_1', profile }

type Write = { method: 'completeNew' | 'completeKnown'; signIn: SignIn; subject?: Subject }

/** A store where each round finds and answers what the test says: races cannot be had otherwise. */
function scripted(rounds: readonly { found?: Partial<Found>; error?: CompletionError }[]) {
  const lookups: Lookup[] = []
  const writes: Write[] = []
  const round = () => rounds[lookups.length - 1]
  const store: SignInStore = {
    find(lookup) {
      lookups.push(lookup)
      return Promise.resolve({ ...found, ...round()?.found })
    },
    completeNew(signIn) {
      writes.push({ method: 'completeNew', signIn })
      return Promise.resolve(round()?.error)
    },
    completeKnown(signIn, subject) {
      writes.push({ method: 'completeKnown', signIn, subject })
      return Promise.resolve(round()?.error)
    },
  }
  return { store, lookups, writes }
}

/** Completes the plain response against one round. */
async function complete(
  round: { found?: Partial<Found>; error?: CompletionError } = {},
  submitted: Submission = submission(),
) {
  const { store, lookups, writes } = scripted([round])
  return { completed: await completeSignIn(store, submitted), lookups, writes }
}

const unsolicitedRound = { found: { request: undefined } }

describe('completeSignIn', () => {
  test('writes all that a sign-in is, and sends the browser on with its token', async () => {
    const { completed, writes } = await complete()
    assert.ok(completed.ok)
    const [write, ...others] = writes
    assert.deepEqual(others, [])
    const { secretHash, ...signIn } = write?.signIn ?? assert.fail('nothing was written')
    assert.equal(write?.method, 'completeNew')
    assert.deepEqual(signIn, {
      handle: requestHandle(requestId),
      isSolicited: true,
      idp: provider,
      subjectKey: subjectKey(issuerKey('shared', entityId), identity.nameId.value),
      profile,
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
    const location = new URL(completed.value.location)
    const [handle, secret = ''] = location.searchParams.get('token')?.split('.') ?? []
    assert.equal(location.origin + location.pathname, 'https://meetings.example/landing')
    assert.equal(handle, signIn.handle)
    assert.equal(sha256(secret), secretHash)
    assert.deepEqual(completed.value.signIn, write?.signIn)
  })

  test('looks up what the response names, at the scope of the ACS that it came to', async () => {
    const { lookups } = await complete()
    const issuer = issuerKey('shared', entityId)
    assert.deepEqual(lookups, [
      {
        issuerKey: issuer,
        subjectKey: subjectKey(issuer, identity.nameId.value),
        requestHandle: requestHandle(requestId),
      },
    ])
    const scope = provider.orgId
    const own = await complete({}, { ...submission(), scope })
    assert.equal(own.lookups[0]?.issuerKey, issuerKey(scope, entityId))
  })

  test('looks up no request for an unsolicited response, and files it by its assertion', async () => {
    const { completed, lookups, writes } = await complete(unsolicitedRound, submission(unsolicited))
    assert.ok(completed.ok)
    assert.deepEqual(Object.keys(lookups[0] ?? {}), ['issuerKey', 'subjectKey'])
    assert.equal(writes[0]?.signIn.isSolicited, false)
    assert.equal(writes[0]?.signIn.handle, assertionHandle(provider.id, identity.id))
  })

  test('completes the sign-in of somebody who is known as such', async () => {
    const { completed, writes } = await complete({ found: { subject: known } })
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
    assert.deepEqual(completed, { ok: false, error: { refusal: { cause: 'xml_not_base64' } } })
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
      error: { refusal: { cause: 'idp_inactive' }, idp: inactive },
    })
    assert.equal(lookups.length, 1)
    assert.deepEqual(writes, [])
  })
})

describe('completeSignIn, where the browser goes,', () => {
  const meetings = { landing: { product: 'meetings' } }
  const substitute = { ...meetings, note: 'landing_not_allowed' }

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
      assert.equal(writes[0]?.signIn.trace.note, 'note' in trace ? trace.note : undefined)
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
      assert.equal(writes[0]?.signIn.trace.note, 'note' in trace ? trace.note : undefined)
    })
  }

  test('is nowhere if the default product is not in the catalogue', async () => {
    const idp = { ...provider, defaultProduct: 'gone' }
    const { completed, writes } = await complete({ found: { idp } })
    const refusal = { cause: 'product_unknown', got: 'gone' }
    assert.deepEqual(completed, { ok: false, error: { refusal, idp } })
    assert.deepEqual(writes, [])
  })
})

describe('completeSignIn, when the write finds something out,', () => {
  const refused = [
    ['already_completed', 'request_used', submission(), {}],
    ['already_completed', 'assertion_replayed', submission(unsolicited), unsolicitedRound],
    ['user_suspended', 'user_suspended', submission(), { found: { subject: known } }],
    ['email_in_use', 'email_in_use', submission(), {}],
  ] as const
  for (const [error, cause, submitted, round] of refused) {
    test(`refuses ${error} as ${cause}, at once`, async () => {
      const { completed, lookups } = await complete({ ...round, error }, submitted)
      assert.deepEqual(completed, { ok: false, error: { refusal: { cause }, idp: provider } })
      assert.equal(lookups.length, 1)
    })
  }

  test('reads again if somebody else was faster, and completes with what it finds then', async () => {
    const { store, lookups, writes } = scripted([
      { error: 'subject_changed' },
      { found: { subject: known }, error: 'subject_changed' },
      { found: { subject: { ...known, userId: 'usr_2' } } },
    ])
    const completed = await completeSignIn(store, submission())
    assert.ok(completed.ok)
    assert.equal(lookups.length, 3)
    assert.deepEqual(
      writes.map(({ method, subject }) => [method, subject?.userId]),
      [
        ['completeNew', undefined],
        ['completeKnown', 'usr_1'],
        ['completeKnown', 'usr_2'],
      ],
    )
    assert.deepEqual(completed.value.signIn, writes[2]?.signIn)
  })

  test('makes a new token for each attempt: only the last one is good', async () => {
    const { store, writes } = scripted([{ error: 'subject_changed' }, {}])
    const completed = await completeSignIn(store, submission())
    assert.ok(completed.ok)
    assert.notEqual(writes[0]?.signIn.secretHash, writes[1]?.signIn.secretHash)
  })

  test('judges again what it reads again', async () => {
    const inactive = { ...provider, state: 'inactive' } as const
    const { store, writes } = scripted([{ error: 'subject_changed' }, { found: { idp: inactive } }])
    const completed = await completeSignIn(store, submission())
    assert.ok(!completed.ok)
    assert.equal(completed.error.refusal.cause, 'idp_inactive')
    assert.equal(writes.length, 1)
  })

  test('gives up after three attempts', async () => {
    const changed = { error: 'subject_changed' } as const
    const { store, lookups, writes } = scripted([changed, changed, changed, {}])
    const completed = await completeSignIn(store, submission())
    assert.deepEqual(completed, {
      ok: false,
      error: { refusal: { cause: 'email_in_use' }, idp: provider },
    })
    assert.equal(lookups.length, 3)
    assert.equal(writes.length, 3)
  })

  test('does not hide an outage', async () => {
    const outage = new Error('DynamoDB is away')
    const store: SignInStore = {
      ...scripted([]).store,
      completeNew: () => Promise.reject(outage),
    }
    await assert.rejects(completeSignIn(store, submission()), outage)
  })
})

test('completeSignIn remembers a response for as long as its last confirmation is good', async () => {
  const later = setAttribute('saml:SubjectConfirmationData', 'NotOnOrAfter', '2026-03-04T10:24:00Z')
  const { writes } = await complete({}, submission(later))
  const skew = provider.clockSkewSeconds
  assert.equal(writes[0]?.signIn.replayableUntil, identity.notOnOrAfter + 240 + skew)
})
