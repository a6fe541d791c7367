import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessKind } from '#shared/idps/guess-kind.ts'
import { shapes } from './provider-metadata.ts'

for (const [name, { entityId, singleSignOnUrl, kind }] of Object.entries(shapes)) {
  test(`guessKind knows ${kind} by the metadata of ${name}`, () => {
    assert.equal(guessKind(entityId, [singleSignOnUrl]), kind)
  })
}

const guesses = [
  ['my-jumpcloud', 'https://sso.jumpcloud.com/saml2/latchkey', 'jumpcloud'],
  [
    'https://app.onelogin.com/saml/metadata/1',
    'https://acme.onelogin.com/trust/saml2/x',
    'onelogin',
  ],
  ['http://www.okta.com/exk1', 'https://sign-in.acme.example/app/exk1/sso/saml', 'okta'],
  ['https://sts.windows.net/1/', 'https://login.microsoftonline.us/1/saml2', 'entra-id'],
  ['urn:acme', 'https://fs.acme.example/ADFS/ls/', 'adfs'],
  ['https://acme.example/auth/realms/a', 'https://acme.example/x', 'keycloak'],
  ['https://acme.example/idp/shibboleth', 'https://acme.example/x', 'shibboleth'],
  ['https://notokta.com', 'https://okta.com.evil.example/sso', 'other'],
  ['okta', 'not a url', 'other'],
] as const
for (const [entityId, url, kind] of guesses) {
  test(`guessKind says ${kind} of ${entityId} at ${url}`, () => {
    assert.equal(guessKind(entityId, [url]), kind)
  })
}
