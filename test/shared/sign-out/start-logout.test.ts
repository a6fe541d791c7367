import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { sha256 } from '#shared/secrets.ts'
import { logoutHandle } from '#shared/sign-out/logout-handle.ts'
import { type StartLogout, startLogout } from '#shared/sign-out/start-logout.ts'
import { now, nowMs, ports, provider, session, subject } from './example.ts'

const start: StartLogout = {
  session: { handle: 'a handle', secretHash: sha256('a secret') },
  target: undefined,
  publicUrl: 'https://sp.example.net',
  requestId: '_request',
  traceId: `trc_${'2'.repeat(32)}`,
  nowMs,
}

async function begin(stored: Parameters<typeof ports>[0] = {}, changes: Partial<StartLogout> = {}) {
  const { signOuts, sign, ...seen } = ports(stored)
  return { result: await startLogout({ signOuts, sign }, { ...start, ...changes }), ...seen }
}

/** The LogoutRequest of a redirect. */
function requestOf(result: Awaited<ReturnType<typeof begin>>['result']) {
  assert.ok(result.ok && result.value.kind === 'departs')
  const { departure } = result.value
  assert.ok(departure.binding === 'redirect')
  const { searchParams } = new URL(departure.location)
  const message = Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')
  return { xml: inflateRawSync(message).toString(), relayState: searchParams.get('RelayState') }
}

describe('startLogout', () => {
  test('ends the session, and asks the provider to end its own', async () => {
    const { result, calls, endings } = await begin({}, { target: '/rooms/7' })
    const { xml, relayState } = requestOf(result)
    assert.match(xml, / ID="_request" /)
    assert.match(xml, /<saml:NameID>G-0042<\/saml:NameID><samlp:SessionIndex>_s5c2</)
    assert.match(xml, /<saml:Issuer>https:\/\/sp\.example\.net\/saml\/sp<\/saml:Issuer>/)
    assert.equal(relayState, logoutHandle('_request'))
    assert.deepEqual(calls.toSorted(), ['end', 'findParties', 'findSession', 'sign'])
    assert.deepEqual(endings, [
      {
        idpId: provider.id,
        subject,
        sids: [session.sid],
        ended: { atMs: nowMs },
        endedBy: 'product',
        actor: 'product:meetings',
        outstanding: {
          requestId: '_request',
          idpId: provider.id,
          product: 'meetings',
          target: '/rooms/7',
          validUntil: now + 600,
          isAnswered: false,
        },
        trace: {
          id: start.traceId,
          kind: 'logout',
          at: now,
          orgId: provider.orgId,
          idpId: provider.id,
          outcome: 'succeeded',
        },
      },
    ])
  })

  test('speaks as whom the provider knows', async () => {
    const knownAs = { publicUrl: 'https://old.example', identifiers: 'organization' } as const
    const { result } = await begin({ idp: { ...provider, knownAs } })
    const issuer = `https://old.example/saml/${provider.orgId}/sp`
    assert.ok(requestOf(result).xml.includes(`<saml:Issuer>${issuer}</saml:Issuer>`))
  })

  test('ends nothing twice, and asks the provider again', async () => {
    const signedOut = { sessions: { [session.sid]: { atMs: nowMs - 1000 } } }
    const { result, endings } = await begin({ subject: { ...subject, signedOut } })
    requestOf(result)
    assert.equal(endings[0]?.subject, undefined)
    assert.deepEqual(endings[0]?.trace.notes, ['session_ended_before'])
  })

  test('ends a session of the same name that began after the last one ended', async () => {
    const signedOut = { sessions: { [session.sid]: { atMs: session.signedInAtMs - 1 } } }
    const { endings } = await begin({ subject: { ...subject, signedOut } })
    assert.deepEqual(endings[0]?.subject?.signedOut, signedOut)
  })

  const { singleLogout: _, ...mute } = provider
  const silent = [
    ['has no single logout', mute],
    ['is not active', { ...provider, state: 'inactive' }],
    ['is removed', undefined],
    ["is another organization's by now", { ...provider, orgId: 'org_2' }],
  ] as const
  for (const [name, idp] of silent) {
    test(`goes straight to the product where the provider ${name}`, async () => {
      const { result, calls, endings } = await begin({ idp })
      const location = 'https://meetings.example/bye'
      assert.deepEqual(result, { ok: true, value: { kind: 'goes', location } })
      assert.ok(!calls.includes('sign'))
      assert.equal(endings[0]?.outstanding, undefined)
      assert.deepEqual(endings[0]?.subject, subject)
      assert.deepEqual(endings[0]?.trace.notes, ['provider_not_told'])
    })
  }

  test('goes to no path that is not on the list, and notes it', async () => {
    for (const target of ['/elsewhere', '//evil.example', 'https://evil.example', '/rooms/../x']) {
      const { endings } = await begin({}, { target })
      assert.equal(endings[0]?.outstanding?.target, undefined)
      assert.deepEqual(endings[0]?.trace.notes, ['landing_not_allowed'])
    }
  })

  const unknown = [
    ['a session that nobody knows', { session: undefined }, {}],
    [
      'another secret',
      {},
      { session: { handle: 'a handle', secretHash: sha256('another secret') } },
    ],
  ] as const
  for (const [name, stored, changes] of unknown) {
    test(`refuses ${name}, and does nothing`, async () => {
      const { result, calls } = await begin(stored, changes)
      assert.equal(!result.ok && result.error.refusal.cause, 'session_unknown')
      assert.deepEqual(calls, ['findSession'])
    })
  }

  test('ends no session of somebody else who has come to that NameID', async () => {
    const stranger = { ...subject, userId: 'usr_2' as const }
    const { endings } = await begin({ subject: stranger })
    assert.equal(endings[0]?.subject, undefined)
  })
})
