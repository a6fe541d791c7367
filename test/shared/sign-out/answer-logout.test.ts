import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { Departure } from '#shared/saml/send-message.ts'
import { answerLogout } from '#shared/sign-out/answer-logout.ts'
import type { Arrival } from '#shared/sign-out/arrival.ts'
import { seenHandle } from '#shared/sign-out/logout-handle.ts'
import { sessionId } from '#shared/sign-out/session-id.ts'
import { setContent } from '#test/fixtures/saml/edit-xml.ts'
import { requestId } from '#test/fixtures/saml/logout-messages.ts'
import { at } from '#test/fixtures/saml/plain-response.ts'
import {
  admitted,
  arrival,
  judged,
  now,
  nowMs,
  ports,
  posted,
  provider,
  subject,
} from './example.ts'

type Stored = Parameters<typeof ports>[0]

async function answer(arrived: Arrival, stored: Stored = {}) {
  const { signOuts, sign, ...seen } = ports(stored)
  const { idp = provider } = stored
  const parts = [admitted({ ...stored, idp }), judged(arrived, idp), arrived] as const
  return { result: await answerLogout({ signOuts, sign }, ...parts), ...seen }
}

/** The LogoutResponse of a redirect. */
function answerOf(departure: Departure) {
  assert.ok(departure.binding === 'redirect')
  const message = new URL(departure.location).searchParams.get('SAMLResponse') ?? ''
  return inflateRawSync(Buffer.from(message, 'base64')).toString()
}

const request = posted('SAMLRequest')

describe('answerLogout', () => {
  test('ends what the provider asks for, and signs its answer before anything has happened', async () => {
    const { result, calls, endings } = await answer({ ...request, relayState: 'r1' })
    assert.ok(result.ok && result.value.kind === 'departs')
    const { departure } = result.value
    assert.ok(departure.binding === 'redirect')
    const { searchParams } = new URL(departure.location)
    assert.equal(searchParams.get('RelayState'), 'r1')
    assert.ok(searchParams.has('Signature'))
    assert.match(answerOf(departure), / InResponseTo="_c8d1f0a2"/)
    assert.match(answerOf(departure), /<samlp:StatusCode Value="[^"]*:status:Success"\/>/)
    assert.deepEqual(calls, ['sign', 'end'])
    assert.deepEqual(endings, [
      {
        idpId: provider.id,
        subject,
        sids: [sessionId(subject.key, '_s5c2')],
        ended: { atMs: nowMs, issuedBefore: at('2026-03-04T10:15:28Z') },
        endedBy: 'identity-provider',
        actor: `idp:${provider.id}`,
        seen: { handle: seenHandle(provider.id, requestId), until: now - 2 + 300 + 120 },
        trace: {
          id: arrival.traceId,
          kind: 'logout',
          at: now,
          orgId: provider.orgId,
          idpId: provider.id,
          outcome: 'succeeded',
          keyFingerprint: 'provider',
        },
      },
    ])
  })

  test('ends all sessions where none is named', async () => {
    const edit = (xml: string) => xml.replace(/<samlp:SessionIndex>.*<\/samlp:SessionIndex>/, '')
    const { endings } = await answer(posted('SAMLRequest', edit))
    assert.deepEqual([endings[0]?.subject, endings[0]?.sids], [subject, undefined])
  })

  test('answers at the address for responses, by the binding of the provider', async () => {
    const singleLogout = {
      binding: 'post',
      url: 'https://idp.example.com/slo',
      responseUrl: 'https://idp.example.com/done',
    } as const
    const { result } = await answer(request, { idp: { ...provider, singleLogout } })
    assert.ok(result.ok && result.value.kind === 'departs')
    const { departure } = result.value
    assert.ok(departure.binding === 'post')
    assert.equal(departure.action, 'https://idp.example.com/done')
    assert.deepEqual(Object.keys(departure.fields), ['SAMLResponse'])
  })

  test('shows a page where the provider takes no answer, and signs nothing', async () => {
    const { singleLogout: _, ...idp } = provider
    const { result, calls } = await answer(request, { idp })
    assert.deepEqual(result, { ok: true, value: { kind: 'stays' } })
    assert.deepEqual(calls, ['end'])
  })

  test('looks the person up once more where the message says another than it seemed to', async () => {
    const edit = setContent('saml:NameID', 'G-0043')
    const { result, calls, endings } = await answer(posted('SAMLRequest', edit))
    assert.ok(result.ok)
    assert.deepEqual(calls, ['findSubject', 'sign', 'end'])
    assert.equal(endings[0]?.subject, undefined)
  })

  test('ends nothing where nobody has that NameID', async () => {
    const { result, endings } = await answer(request, { subject: undefined })
    assert.ok(result.ok && result.value.kind === 'departs')
    assert.match(answerOf(result.value.departure), /:status:UnknownPrincipal"/)
    assert.deepEqual(
      [endings[0]?.subject, endings[0]?.sids, endings[0]?.trace.notes],
      [undefined, undefined, ['principal_unknown']],
    )
  })

  test('refuses a request that was here before', async () => {
    const { result } = await answer(request, { error: 'replayed' })
    const refusal = { cause: 'logout_replayed' }
    const error = { idp: provider, keyFingerprint: 'provider', refusal }
    assert.deepEqual(result, { ok: false, error })
  })

  test('refuses one that names nobody, and does nothing', async () => {
    const edit = (xml: string) => xml.replace(/<saml:NameID .*<\/saml:NameID>/, '')
    const { result, calls } = await answer(posted('SAMLRequest', edit))
    assert.equal(!result.ok && result.error.refusal.cause, 'logout_name_id')
    assert.equal(!result.ok && result.error.keyFingerprint, 'provider')
    assert.deepEqual(calls, [])
  })

  test('does nothing where the answer cannot be signed', async () => {
    const { signOuts, calls } = ports()
    const away = new Error('away')
    const sign = () => Promise.reject(away)
    const parts = [admitted(), judged(request), request] as const
    await assert.rejects(answerLogout({ signOuts, sign }, ...parts), away)
    assert.deepEqual(calls, [])
  })
})
