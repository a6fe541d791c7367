import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Parameters } from '#shared/idps/management.ts'
import { readParameters } from '#shared/idps/read-parameters.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { newCertificates } from './certificates.ts'

const { certificate } = keys.provider
const parameters: Parameters = {
  entityId: 'https://idp.example',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
  certificates: [certificate],
}
const read = (changed: Partial<Parameters> = {}) => readParameters({ ...parameters, ...changed })

test('readParameters reads the fewest that there can be', () => {
  const document = read()
  const key = readCertificate(certificate)
  assert.ok(document.ok && key.ok)
  const { entityId, singleSignOn } = parameters
  assert.deepEqual(document.value, {
    connection: { entityId, singleSignOn, signingKeys: [key.value], wantsSignedRequests: false },
    singleSignOnServices: [singleSignOn],
    singleLogoutServices: [],
    nameIdFormats: [],
    warnings: [],
  })
})

test('readParameters reads an entity ID of the greatest length and ten certificates', async () => {
  const entityId = 'a'.repeat(1024)
  const document = read({ entityId, certificates: await newCertificates(10) })
  assert.ok(document.ok)
  assert.equal(document.value.connection.entityId, entityId)
  assert.equal(document.value.connection.signingKeys.length, 10)
})

const der = Buffer.from(certificate, 'base64')
const pem = new X509Certificate(der).toString()
const forms = [
  ['PEM', pem],
  ['bare base64', certificate],
  ['base64 in lines', certificate.replace(/.{64}/g, '$&\r\n')],
  ['the base64 of a DER file', der.toString('base64')],
  ['the base64 of a PEM file', Buffer.from(pem).toString('base64')],
] as const
for (const [name, text] of forms) {
  test(`readParameters takes a certificate as ${name}`, () => {
    const document = read({ certificates: [text] })
    const key = readCertificate(certificate)
    assert.ok(document.ok && key.ok)
    assert.deepEqual(document.value.connection.signingKeys, [key.value])
  })
}

test('readParameters takes all parameters', () => {
  const full = {
    entityId: ' urn:acme:idp\n',
    singleSignOn: { binding: 'post', url: ' http://10.0.0.1/sso ' },
    singleLogout: {
      binding: 'redirect',
      url: 'https://idp.example/slo',
      responseUrl: 'https://[::1]/',
    },
    certificates: [certificate, keys.next.certificate, pem],
    wantsSignedRequests: true,
  } as const
  const document = read(full)
  assert.ok(document.ok)
  const { signingKeys, ...connection } = document.value.connection
  assert.deepEqual(connection, {
    entityId: 'urn:acme:idp',
    singleSignOn: { binding: 'post', url: 'http://10.0.0.1/sso' },
    singleLogout: full.singleLogout,
    wantsSignedRequests: true,
  })
  assert.equal(signingKeys.length, 2)
  assert.deepEqual(document.value.singleLogoutServices, [full.singleLogout])
  assert.deepEqual(document.value.warnings, [
    { code: 'http_endpoint', field: 'singleSignOn.url', got: 'http://10.0.0.1/sso' },
    { code: 'private_endpoint', field: 'singleSignOn.url', got: 'http://10.0.0.1/sso' },
    { code: 'private_endpoint', field: 'singleLogout.responseUrl', got: 'https://[::1]/' },
    { code: 'certificate_repeated', field: 'certificates[2]', got: signingKeys[0]?.fingerprint },
  ])
})

test('readParameters says everything that is wrong with parameters at once', () => {
  const wrong = read({
    entityId: ' ',
    singleSignOn: { binding: 'redirect', url: 'ldap://idp.example' },
    singleLogout: { binding: 'post', url: '', responseUrl: 'https://me@idp.example/' },
    certificates: ['AAAA', certificate, pem + pem],
  })
  assert.deepEqual(wrong, {
    ok: false,
    error: [
      { field: 'entityId', cause: 'entity_id_missing', got: '' },
      { field: 'singleSignOn.url', cause: 'url_scheme', got: 'ldap://idp.example' },
      { field: 'singleLogout.url', cause: 'url_missing', got: '' },
      {
        field: 'singleLogout.responseUrl',
        cause: 'url_credentials',
        got: 'https://me@idp.example/',
      },
      { field: 'certificates[0]', cause: 'certificate_malformed' },
      { field: 'certificates[2]', cause: 'certificate_several', got: '2' },
    ],
  })
})

const refused: readonly (readonly [string, Partial<Parameters>, string, string])[] = [
  ['an entity ID with a space', { entityId: 'my idp' }, 'entityId', 'entity_id_malformed'],
  ['an entity ID with NUL', { entityId: 'idp\0' }, 'entityId', 'entity_id_malformed'],
  ['a long entity ID', { entityId: 'a'.repeat(1025) }, 'entityId', 'entity_id_too_long'],
  [
    'an entity ID with half a character',
    { entityId: 'idp\ud800' },
    'entityId',
    'entity_id_malformed',
  ],
  ['no certificate', { certificates: [] }, 'certificates', 'certificates_missing'],
  [
    'eleven certificates',
    { certificates: await newCertificates(11) },
    'certificates',
    'certificates_too_many',
  ],
]
for (const [name, changed, field, cause] of refused) {
  test(`readParameters refuses ${name}`, () => {
    const problems = read(changed)
    assert.deepEqual(problems.ok ? [] : problems.error.map((one) => [one.field, one.cause]), [
      [field, cause],
    ])
  })
}

test('readParameters answers any parameters, with problems of fields that there are', () => {
  const endpoint = fc.record({
    binding: fc.constantFrom('redirect' as const, 'post' as const),
    url: fc.oneof(fc.string(), fc.webUrl()),
  })
  const anything = fc.record({
    entityId: fc.string({ unit: 'binary' }),
    singleSignOn: endpoint,
    singleLogout: endpoint,
    certificates: fc.array(fc.oneof(fc.string(), fc.base64String(), fc.constant(certificate)), {
      maxLength: 12,
    }),
  })
  fc.assert(
    fc.property(anything, (changed) => {
      const document = read(changed)
      if (document.ok) return assert.ok(document.value.connection.signingKeys.length > 0)
      for (const { field, cause } of document.error) {
        assert.match(field, /^(?:entityId|single(?:SignOn|Logout)\.url|certificates(?:\[\d\])?)$/)
        assert.match(cause, /^(?:entity_id|url|certificates?)_/)
      }
    }),
  )
})
