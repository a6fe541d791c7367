import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { logoutRequest } from '#shared/saml/logout-request.ts'
import type { NameId } from '#shared/saml/read-assertion.ts'
import { sendMessage } from '#shared/saml/send-message.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  judgeLogoutRequest,
  judgeQuery,
  logoutExpectations,
  postedLogout,
  slo,
} from '#test/fixtures/saml/logout-messages.ts'
import { idp } from '#test/fixtures/saml/plain-response.ts'
import { signer } from './signer.ts'

const { now } = logoutExpectations

const request = {
  id: '_1',
  issueInstant: now,
  notOnOrAfter: now + 600,
  destination: slo,
  issuer: idp,
  nameId: { value: 'G-0042' },
  sessionIndex: '_s5c2',
}

describe('logoutRequest', () => {
  test('is written as the schema orders it', () => {
    assert.equal(
      logoutRequest({
        ...request,
        nameId: {
          value: 'a&b',
          format: 'urn:f',
          nameQualifier: '"',
          spNameQualifier: '',
          spProvidedId: 'p',
        },
      }),
      '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"' +
        ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0"' +
        ' IssueInstant="2026-03-04T10:15:30.000Z" Destination="https://sp.example.net/saml/slo"' +
        ' NotOnOrAfter="2026-03-04T10:25:30.000Z"><saml:Issuer>' +
        'https://idp.example.com/saml2/metadata</saml:Issuer>' +
        '<saml:NameID NameQualifier="&quot;" SPNameQualifier="" Format="urn:f"' +
        ' SPProvidedID="p">a&amp;b</saml:NameID>' +
        '<samlp:SessionIndex>_s5c2</samlp:SessionIndex></samlp:LogoutRequest>',
    )
  })

  test('names no session where there is no index', () => {
    assert.ok(!logoutRequest({ ...request, sessionIndex: undefined }).includes('SessionIndex'))
  })

  test('reads as it was written, signed by either binding, whatever the NameID', async () => {
    const character = fc.constantFrom(...'aZ0 &<>"\'\r\n\té漢😀]')
    const text = fc.string({ unit: character, minLength: 1 }).filter((one) => one.trim() !== '')
    await fc.assert(
      fc.asyncProperty(text, text, fc.constantFrom('redirect', 'post'), async (...given) => {
        const [value, sessionIndex, binding] = given
        // A canonical attribute with `]]>` is none that our scanner reads.
        const qualifier = value.replaceAll('>', '')
        const nameId: NameId = { value, nameQualifier: qualifier, format: qualifier }
        const message = logoutRequest({ ...request, nameId, sessionIndex })
        const outgoing = { location: slo, parameter: 'SAMLRequest', message } as const
        const departure = await sendMessage(binding as 'redirect', outgoing, signer(keys.provider))
        const judged =
          departure.binding === 'redirect'
            ? judgeQuery(new URL(departure.location).search.slice(1))
            : judgeLogoutRequest(postedLogout(messageIn(departure.fields)))
        assert.deepEqual(judged, {
          ok: true,
          value: { nameId: value, sessionIndexes: [sessionIndex.trim()] },
        })
      }),
      { numRuns: 100 },
    )
  })
})

const messageIn = (fields: Readonly<Record<string, string>>) =>
  Buffer.from(String(fields['SAMLRequest']), 'base64').toString()
