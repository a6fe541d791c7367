import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { activateProvider, deactivateProvider } from '#shared/idps/activate-provider.ts'
import { keyNamed } from './connection.ts'
import { now, onlyChange, portsOf, recordOf, source, target } from './records.ts'

const expired = [keyNamed('a', { notAfter: now - 1 })]
const inactive = recordOf({ state: 'inactive' })

describe('activateProvider', () => {
  const activated = [
    ['a provider that is inactive', inactive],
    [
      'one whose certificates have expired and only warn',
      recordOf({ state: 'inactive', signingKeys: expired }),
    ],
    [
      'one that blocks expired certificates, in the last second of one',
      recordOf({
        state: 'inactive',
        expiredCertificates: 'block',
        signingKeys: [...expired, keyNamed('b', { notAfter: now })],
      }),
    ],
  ] as const
  for (const [name, record] of activated) {
    test(`lets people sign in by ${name}`, async () => {
      const ports = portsOf({ found: [record] })
      assert.ok((await activateProvider(ports.store, target)).ok)
      const { idp, management, event } = onlyChange(ports)
      assert.deepEqual(idp, { ...record.idp, state: 'active' })
      const activatedAt = now
      assert.deepEqual(management, { ...record.management, activatedAt })
      assert.equal(event, 'activated')
    })
  }

  test('remembers when it did so first', async () => {
    const management = { source, activatedAt: now - 5 }
    const ports = portsOf({ found: [recordOf({ state: 'inactive' }, management)] })
    assert.ok((await activateProvider(ports.store, target)).ok)
    assert.deepEqual(onlyChange(ports).management, management)
  })

  test('refuses one that blocks expired certificates and has no other', async () => {
    const record = recordOf({
      state: 'inactive',
      expiredCertificates: 'block',
      signingKeys: expired,
    })
    const { store, written } = portsOf({ found: [record] })
    assert.deepEqual(await activateProvider(store, target), {
      ok: false,
      error: { cause: 'certificates_expired' },
    })
    assert.deepEqual(written, [])
  })

  test('changes nothing about one that is active, whatever its certificates', async () => {
    const record = recordOf({ expiredCertificates: 'block', signingKeys: expired })
    const { store, written } = portsOf({ found: [record] })
    assert.deepEqual(await activateProvider(store, target), { ok: true, value: record })
    assert.deepEqual(written, [])
  })
})

describe('deactivateProvider', () => {
  test('blocks a provider, and leaves it as it is configured', async () => {
    const ports = portsOf()
    assert.ok((await deactivateProvider(ports.store, target)).ok)
    const { idp, event } = onlyChange(ports)
    assert.deepEqual(idp, { ...recordOf().idp, state: 'inactive' })
    assert.equal(event, 'deactivated')
  })

  test('changes nothing about one that is inactive', async () => {
    const { store, written } = portsOf({ found: [inactive] })
    assert.deepEqual(await deactivateProvider(store, target), { ok: true, value: inactive })
    assert.deepEqual(written, [])
  })
})
