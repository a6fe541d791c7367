import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type CertificateOrder,
  type CertificateStore,
  keyNameOf,
  spCertificates,
} from '#shared/saml/sp-certificates.ts'

const keys = { signing: ['s1', 's2'], encryption: ['e1', 'e2'] }

/** A store that holds these certificates by key, and an issuer that names what it was asked for. */
function world(known: Record<string, string> = {}) {
  const kept = new Map(Object.entries(known).map(([arn, one]) => [keyNameOf(arn), one]))
  const orders: CertificateOrder[] = []
  const store: CertificateStore = {
    find: async (names) => names.map((name) => kept.get(name)),
    keep: async (name, certificate) => {
      const first = kept.get(name) ?? certificate
      kept.set(name, first)
      return first
    },
  }
  const issue = async (order: CertificateOrder) => {
    orders.push(order)
    return `new ${order.keyArn}`
  }
  return { store, issue, orders, kept }
}

const all = { s1: 'old s1', s2: 'old s2', e1: 'old e1', e2: 'old e2' }

describe('spCertificates', () => {
  test('answers what is kept, in the order of the keys', async () => {
    const { store, issue, orders } = world(all)
    const turned = { signing: ['s2', 's1'], encryption: ['e1', 'e2'] }
    assert.deepEqual(await spCertificates(store, turned, issue), {
      signing: ['old s2', 'old s1'],
      encryption: ['old e1', 'old e2'],
    })
    assert.deepEqual(orders, [])
  })

  test('issues what is missing: encryption keys by the signing key in use', async () => {
    const { store, issue, orders } = world()
    const issued = { signing: ['new s1', 'new s2'], encryption: ['new e1', 'new e2'] }
    assert.deepEqual(await spCertificates(store, keys, issue), issued)
    const issuer = { issuerArn: 's1', issuerCertificate: 'new s1' }
    assert.deepEqual(orders, [
      { use: 'signing', keyArn: 's1' },
      { use: 'signing', keyArn: 's2' },
      { use: 'encryption', keyArn: 'e1', ...issuer },
      { use: 'encryption', keyArn: 'e2', ...issuer },
    ])
    assert.deepEqual(await spCertificates(store, keys, issue), issued)
    assert.equal(orders.length, 4)
  })

  test('issues for a next key only, beside those there are', async () => {
    const { store, issue, orders } = world({ s1: 'old s1', e1: 'old e1' })
    assert.deepEqual(await spCertificates(store, keys, issue), {
      signing: ['old s1', 'new s2'],
      encryption: ['old e1', 'new e2'],
    })
    const issuer = { issuerArn: 's1', issuerCertificate: 'old s1' }
    assert.deepEqual(orders, [
      { use: 'signing', keyArn: 's2' },
      { use: 'encryption', keyArn: 'e2', ...issuer },
    ])
  })

  test('answers, and goes by, what another environment kept first', async () => {
    const { store, issue, orders } = world(all)
    const late = { ...store, find: async (names: readonly string[]) => names.map(() => undefined) }
    assert.deepEqual(await spCertificates(late, keys, issue), {
      signing: ['old s1', 'old s2'],
      encryption: ['old e1', 'old e2'],
    })
    const [, , encryption] = orders
    assert.ok(encryption?.use === 'encryption')
    assert.equal(encryption.issuerCertificate, 'old s1')
  })

  test('leaves out what nobody has asked for yet, for who cannot issue', async () => {
    const { store } = world({ s2: 'old s2', e1: 'old e1' })
    assert.deepEqual(await spCertificates(store, keys), {
      signing: ['old s2'],
      encryption: ['old e1'],
    })
  })

  test('throws where nothing can sign', async () => {
    const { store, issue } = world()
    await assert.rejects(spCertificates(store, { ...keys, signing: [] }, issue), {
      message: 'no signing key',
    })
  })

  test('names keys without telling their account', async () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234'
    assert.match(keyNameOf(arn), /^[\w-]{43}$/)
    assert.notEqual(keyNameOf(arn), keyNameOf(`${arn}5`))
  })
})
