import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { issuerAt, ours } from '#test/fixtures/saml/our-keys.ts'

const now = Date.parse('2026-03-04T10:15:30Z')
const issue = issuerAt(now)
const read = (certificate: string) => new X509Certificate(Buffer.from(certificate, 'base64'))

describe('certificateIssuer', () => {
  let signing: string
  let encryption: string
  before(async () => {
    signing = await issue({ use: 'signing', keyArn: 'signing' })
    encryption = await issue({
      use: 'encryption',
      keyArn: 'encryption',
      issuerArn: 'signing',
      issuerCertificate: signing,
    })
  })

  test('issues the certificate of a signing key, which it signed itself', () => {
    const certificate = read(signing)
    assert.equal(certificate.subject, 'CN=Latchkey signin.vendor.example')
    assert.equal(certificate.issuer, certificate.subject)
    assert.ok(certificate.checkIssued(certificate))
    assert.ok(certificate.verify(ours.signing.publicKey))
    assert.ok(!certificate.verify(ours['signing-next'].publicKey))
    assert.ok(certificate.checkPrivateKey(ours.signing.privateKey))
    assert.equal(certificate.ca, true)
  })

  test('issues the certificate of an encryption key, signed by the signing key', () => {
    const [issuer, certificate] = [read(signing), read(encryption)]
    assert.equal(certificate.subject, 'OU=Encryption\nCN=Latchkey signin.vendor.example')
    assert.equal(certificate.issuer, issuer.subject)
    assert.ok(certificate.checkIssued(issuer))
    assert.ok(certificate.verify(ours.signing.publicKey))
    assert.ok(certificate.checkPrivateKey(ours.encryption.privateKey))
    assert.equal(certificate.ca, false)
  })

  test('keeps the name of the issuing certificate, whatever we are called by now', async () => {
    const moved = issuerAt(now, 'new.vendor.example')
    const order = { use: 'encryption', keyArn: 'encryption', issuerArn: 'signing' } as const
    const certificate = read(await moved({ ...order, issuerCertificate: signing }))
    assert.equal(certificate.subject, 'OU=Encryption\nCN=Latchkey new.vendor.example')
    assert.ok(certificate.checkIssued(read(signing)))
  })

  test('makes them hold from a day ago, for ten years', () => {
    for (const certificate of [signing, encryption].map(read)) {
      assert.equal(certificate.validFromDate.toISOString(), '2026-03-03T10:15:30.000Z')
      assert.equal(certificate.validToDate.toISOString(), '2036-02-29T10:15:30.000Z')
    }
  })

  test('writes years after 2049 as RFC 5280 §4.1.2.5 has them', async () => {
    const late = issuerAt(Date.parse('2045-01-02T00:00:00Z'))
    const certificate = read(await late({ use: 'signing', keyArn: 'signing' }))
    assert.equal(certificate.validToDate.toISOString(), '2054-12-30T00:00:00.000Z')
    const dates = certificate.raw.toString('latin1')
    assert.ok(dates.includes('\x17\x0d450101000000Z\x18\x0f20541230000000Z'))
  })

  test('gives each a number of its own, positive and at least 128 bits long', async () => {
    const again = await Promise.all(
      Array.from({ length: 20 }, () => issue({ use: 'signing', keyArn: 'signing' })),
    )
    const numbers = [signing, encryption, ...again].map((one) => read(one).serialNumber)
    assert.equal(new Set(numbers).size, numbers.length)
    for (const number of numbers) assert.match(number, /^0?1[0-9A-F]{32}$/)
  })

  test('says what each key is for, and nothing that readers would have to know', () => {
    // Key usage (2.5.29.15): critical, a BIT STRING; RFC 5280 §4.2.1.3 counts bits from the left.
    const keyUsage = (certificate: string) =>
      /0603551d0f0101ff0404(0302\w{4})/.exec(read(certificate).raw.toString('hex'))?.[1]
    assert.equal(keyUsage(signing), '03020284') // digitalSignature, keyCertSign
    assert.equal(keyUsage(encryption), '03020520') // keyEncipherment
  })

  test('cuts the name of a long host to what X.520 allows', async () => {
    const host = `${'a'.repeat(60)}.example`
    const certificate = read(await issuerAt(now, host)({ use: 'signing', keyArn: 'signing' }))
    assert.equal(certificate.subject, `CN=Latchkey ${'a'.repeat(55)}`)
    assert.ok(certificate.verify(ours.signing.publicKey))
  })

  test('issues what our own reader of certificates takes', () => {
    for (const [certificate, key] of [
      [signing, ours.signing],
      [encryption, ours.encryption],
    ] as const) {
      const read = readCertificate(certificate)
      assert.ok(read.ok)
      const spki = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
      assert.equal(read.value.spki, spki)
    }
  })
})
