import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { addCertificate, removeCertificate } from '#shared/idps/certificates.ts'
import { connectionOf } from '#shared/idps/connections.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { connection, keyNamed } from './connection.ts'
import { now, onlyChange, portsOf, recordOf, source, target } from './records.ts'

const { certificate } = keys.next
const read = readCertificate(certificate)
assert.ok(read.ok)
const added = read.value
const [a, b] = [keyNamed('a'), keyNamed('b')]
const withKeys = (...signingKeys: (typeof a)[]) => recordOf({ signingKeys })
const fingerprints = (idp: { signingKeys: readonly (typeof a)[] }) =>
  idp.signingKeys.map(({ fingerprint }) => fingerprint)

describe('addCertificate', () => {
  test('adds a key behind the ones there are, and keeps the connection before', async () => {
    const record = withKeys(a)
    const ports = portsOf({ found: [record] })
    assert.ok((await addCertificate(ports.store, target, certificate)).ok)
    const { idp, management, event } = onlyChange(ports)
    assert.deepEqual(idp.signingKeys, [a, added])
    assert.deepEqual(management.previous, connectionOf(record.idp))
    assert.equal(event, 'updated')
  })

  test('leaves a parked change parked, and a declined one declined', async () => {
    const parked = { connection: connection(), foundAt: now }
    const record = recordOf({ signingKeys: [a] }, { source, parked, declined: 'hash' })
    const ports = portsOf({ found: [record] })
    assert.ok((await addCertificate(ports.store, target, certificate)).ok)
    const { management } = onlyChange(ports)
    assert.deepEqual([management.parked, management.declined], [parked, 'hash'])
  })

  const nine = Array.from({ length: 9 }, (_, index) => keyNamed(`${index}`))
  test('adds a tenth', async () => {
    const ports = portsOf({ found: [withKeys(...nine)] })
    assert.ok((await addCertificate(ports.store, target, certificate)).ok)
    assert.equal(onlyChange(ports).idp.signingKeys.length, 10)
  })

  const problems = [{ field: 'certificate', cause: 'certificate_malformed' }]
  const refusals = [
    ['what is none', withKeys(a), 'AAAA', { cause: 'certificate_refused', problems }],
    ['one that is there', withKeys(a, added), certificate, { cause: 'certificate_known' }],
    ['an eleventh', withKeys(a, ...nine), certificate, { cause: 'certificates_too_many' }],
  ] as const
  for (const [name, record, text, error] of refusals) {
    test(`refuses ${name}`, async () => {
      const { store, written } = portsOf({ found: [record] })
      assert.deepEqual(await addCertificate(store, target, text), { ok: false, error })
      assert.deepEqual(written, [])
    })
  }
})

describe('removeCertificate', () => {
  test('removes the named key alone', async () => {
    const ports = portsOf({ found: [withKeys(a, b, added)] })
    assert.ok((await removeCertificate(ports.store, target, 'b')).ok)
    assert.deepEqual(fingerprints(onlyChange(ports).idp), ['a', added.fingerprint])
  })

  const refusals = [
    ['one that is not there', withKeys(a, b), 'c', 'certificate_unknown'],
    ['the last one', withKeys(a), 'a', 'certificate_last'],
  ] as const
  for (const [name, record, fingerprint, cause] of refusals) {
    test(`refuses ${name}`, async () => {
      const { store, written } = portsOf({ found: [record] })
      const result = await removeCertificate(store, target, fingerprint)
      assert.deepEqual(result, { ok: false, error: { cause } })
      assert.deepEqual(written, [])
    })
  }
})
