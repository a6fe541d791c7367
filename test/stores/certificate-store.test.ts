import assert from 'node:assert/strict'
import { randomUUID, X509Certificate } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { dynamoCertificates } from '#shared/aws/certificate-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { kmsSamlSigner } from '#shared/aws/kms-saml-signer.ts'
import { certificateIssuer } from '#shared/saml/issue-certificate.ts'
import { type CertificateStore, spCertificates } from '#shared/saml/sp-certificates.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let certificates: CertificateStore
before(async () => {
  db = await tables()
  certificates = dynamoCertificates(db.directory)
})

describe('keep', () => {
  test('keeps a certificate for ever', async () => {
    const name = randomUUID()
    assert.equal(await certificates.keep(name, 'MIIA'), 'MIIA')
    assert.deepEqual(await db.read(db.directory, directoryKeys.certificate(name)), {
      pk: `certificate#${name}`,
      sk: 'certificate',
      certificate: 'MIIA',
    })
  })

  test('answers the one that is there already, and leaves it', async () => {
    const name = randomUUID()
    await certificates.keep(name, 'first')
    assert.equal(await certificates.keep(name, 'second'), 'first')
    assert.deepEqual(await certificates.find([name]), ['first'])
  })

  test('ends with one where many come at once, and all of them answer that one', async () => {
    const name = randomUUID()
    const offers = Array.from({ length: 20 }, (_, index) => `certificate ${index}`)
    const answers = await Promise.all(offers.map((offer) => certificates.keep(name, offer)))
    const [kept] = await certificates.find([name])
    assert.deepEqual(new Set(answers), new Set([kept]))
  })

  test('is not misled by its own repeat where an answer gets lost', async () => {
    const name = randomUUID()
    using struck = strike(db.stack, 'PutItem', { fault: 'fail-after', times: 1 })
    assert.equal(await certificates.keep(name, 'MIIA'), 'MIIA')
    assert.equal(struck.bodies.length, 2)
  })

  test('throws where DynamoDB is away', async () => {
    using _ = strike(db.stack, 'PutItem', { fault: 'fail-before' })
    await assert.rejects(certificates.keep(randomUUID(), 'MIIA'))
  })
})

describe('two environments that show metadata for the first time', () => {
  test('publish the same certificates, those that were kept', async () => {
    const environment = (await runningStack()).stack.environmentOf('saml-metadata')
    const arnsIn = (name: string) => String(environment[name]).split(',')
    const keys = {
      signing: arnsIn('SAML_SIGNING_KEY_ARNS'),
      encryption: arnsIn('SAML_ENCRYPTION_KEY_ARNS'),
    }
    // Names that nobody else has, as the stack's own certificates may be there already.
    const prefix = randomUUID()
    const own = (names: readonly string[]) => names.map((name) => prefix + name)
    const store: CertificateStore = {
      find: (names) => certificates.find(own(names)),
      keep: (name, certificate) => certificates.keep(prefix + name, certificate),
    }
    const issue = certificateIssuer({
      host: 'signin.vendor.example',
      publicKey: kmsPublicKey,
      signerOf: kmsSamlSigner,
      now: epochMilliseconds,
    })
    const shown = await Promise.all([1, 2, 3, 4].map(() => spCertificates(store, keys, issue)))
    const kept = await spCertificates(store, keys)
    assert.equal(kept.signing.length + kept.encryption.length, 2)
    for (const one of shown) assert.deepEqual(one, kept)
    const [signing, encryption] = [...kept.signing, ...kept.encryption].map(
      (certificate) => new X509Certificate(Buffer.from(certificate, 'base64')),
    )
    assert.ok(signing && encryption)
    assert.ok(signing.verify(signing.publicKey))
    assert.ok(encryption.checkIssued(signing) && encryption.verify(signing.publicKey))
  })
})

describe('find', () => {
  test('answers in the order asked for, and undefined where there is none', async () => {
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()]
    await certificates.keep(a, 'A')
    await certificates.keep(c, 'C')
    assert.deepEqual(await certificates.find([c, b, a]), ['C', undefined, 'A'])
  })

  test('asks for nothing where there is nothing to find', async () => {
    using asked = strike(db.stack, 'BatchGetItem')
    assert.deepEqual(await certificates.find([]), [])
    assert.equal(asked.bodies.length, 0)
  })
})
