import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusal } from '#shared/saml/errors.ts'
import type { RefusedLogout } from '#shared/sign-out/arrival.ts'
import { logoutTrace, refusedLogoutTrace } from '#shared/sign-out/logout-trace.ts'
import { setContent } from '#test/fixtures/saml/edit-xml.ts'
import { signedLogout, slo } from '#test/fixtures/saml/logout-messages.ts'
import { arrival, now, provider } from './example.ts'

const known = { id: arrival.traceId, kind: 'logout', at: now } as const
const ids = { orgId: provider.orgId, idpId: provider.id }

describe('logoutTrace', () => {
  test('tells whose logout was done, and only then by which key and with what notes', () => {
    const done = { ...known, ...ids, outcome: 'succeeded' }
    assert.deepEqual(logoutTrace({ idp: provider, notes: [] }, arrival), done)
    const notes = ['sha1_signature'] as const
    const keyFingerprint = 'a'
    assert.deepEqual(logoutTrace({ idp: provider, keyFingerprint, notes }, arrival), {
      ...done,
      keyFingerprint,
      notes,
    })
  })
})

const refuse = (details: Omit<RefusedLogout, 'refusal'>) =>
  refusedLogoutTrace({ refusal: refusal('signature_invalid', { got: 'x' }), ...details }, arrival)
const request = signedLogout('SAMLRequest')
const messageOf = (xml: string, keyFingerprint?: string) =>
  refuse({
    idp: provider,
    bytes: Buffer.from(xml),
    ...(keyFingerprint !== undefined && { keyFingerprint }),
  }).message

describe('refusedLogoutTrace', () => {
  const stage = 'verification'
  const refused = { ...known, outcome: 'refused', cause: 'signature_invalid', stage, got: 'x' }

  test('tells the cause, and whose logout it was where that is known', () => {
    assert.deepEqual(refuse({}), refused)
    const keyFingerprint = 'a'
    const trace = refuse({ idp: provider, keyFingerprint })
    assert.deepEqual(trace, { ...refused, ...ids, keyFingerprint })
  })

  test('shows the message, and nothing personal of it', () => {
    const message = messageOf(request) ?? ''
    assert.match(message, /^<samlp:LogoutRequest /)
    assert.ok(message.includes(`Destination="${slo}"`))
    assert.match(message, /<saml:NameID [^>]*>\[6 characters\]</)
    assert.doesNotMatch(message, /G-0042|_s5c2/)
  })

  test('shows less where nothing vouches for the message', () => {
    const xml = setContent('saml:NameID', '<a/><b/>'.repeat(2000))(request)
    const [unvouched, vouched] = [messageOf(xml), messageOf(xml, 'a')]
    assert.ok(unvouched && unvouched.length > 4000 && unvouched.length < 4200)
    assert.ok(vouched && vouched.length > 16_000 && vouched.length < 16_500)
  })

  for (const [name, xml] of [
    ['what cannot be read', `${request}<`],
    ['what could be dangerous to read', `<!DOCTYPE a>${request}`],
    ['nothing', ''],
  ] as const) {
    test(`shows no message of ${name}`, () => assert.equal(messageOf(xml), undefined))
  }

  test('shows no message where nobody may see it', () => {
    assert.equal(refuse({ bytes: Buffer.from(request) }).message, undefined)
  })
})
