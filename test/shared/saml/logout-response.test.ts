import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { logoutResponse } from '#shared/saml/logout-response.ts'
import { signMessage } from '#shared/saml/sign-message.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import {
  judgeLogoutResponse,
  logoutExpectations,
  postedLogout,
  slo,
} from '#test/fixtures/saml/logout-messages.ts'
import { idp } from '#test/fixtures/saml/plain-response.ts'
import { signer } from './signer.ts'

const response = {
  id: '_1',
  issueInstant: logoutExpectations.now,
  destination: slo,
  issuer: idp,
  inResponseTo: '_a"b',
}

describe('logoutResponse', () => {
  const statuses = [
    ['success', 'complete'],
    ['unknown-principal', 'failed'],
  ] as const
  for (const [status, outcome] of statuses) {
    test(`of ${status} reads as ${outcome}`, async () => {
      const xml = await signMessage(logoutResponse({ ...response, status }), signer(keys.provider))
      const judged = judgeLogoutResponse(postedLogout(xml))
      assert.deepEqual(judged, { ok: true, value: { inResponseTo: '_a"b', outcome } })
    })
  }

  test('is written as the schema orders it', () => {
    assert.equal(
      logoutResponse({ ...response, status: 'unknown-principal' }),
      '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"' +
        ' Version="2.0" IssueInstant="2026-03-04T10:15:30.000Z"' +
        ' Destination="https://sp.example.net/saml/slo" InResponseTo="_a&quot;b">' +
        '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">' +
        'https://idp.example.com/saml2/metadata</saml:Issuer><samlp:Status>' +
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester">' +
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"/>' +
        '</samlp:StatusCode></samlp:Status></samlp:LogoutResponse>',
    )
  })
})
