import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectionOf } from '#shared/idps/connections.ts'
import type { ProviderRecord } from '#shared/idps/ports.ts'
import {
  changeSettings,
  type ReviseSettings,
  settingProblems,
  settingsOf,
  withSettings,
} from '#shared/idps/settings.ts'
import type { ProviderSettings } from '#shared/idps/types.ts'
import { fail, ok } from '#shared/result.ts'
import { provider } from '#test/shared/sign-in/example.ts'
import { onlyChange, owner, portsOf, recordOf, target } from './records.ts'

const settings = settingsOf(provider)

describe('settingsOf', () => {
  test('has what an admin decides, and nothing else of a provider', () => {
    const { name, identifiers, allowsUnsolicited, clockSkewSeconds, defaultProduct } = provider
    const given = { name, identifiers, allowsUnsolicited, clockSkewSeconds, defaultProduct }
    assert.deepEqual(settings, { ...given, attributeNames: {} })
  })
})

const full: ProviderSettings = {
  name: 'Full',
  kind: 'okta',
  identifiers: 'organization',
  allowsUnsolicited: false,
  clockSkewSeconds: 5,
  signsRequests: true,
  allowsSha1: true,
  requiresEncryption: true,
  expiredCertificates: 'block',
  defaultProduct: 'webinars',
  attributeNames: { email: ['mail'] },
  routedDomains: ['acme.example'],
}

describe('withSettings', () => {
  test('gives all that an admin decides', () => {
    assert.deepEqual(settingsOf(withSettings(provider, full)), full)
  })

  test('takes away what is not given, and leaves the rest', () => {
    const next = withSettings({ ...provider, ...full }, settings)
    assert.deepEqual(next, provider)
    assert.deepEqual(connectionOf(next), connectionOf(provider))
  })
})

describe('settingProblems', () => {
  test('are none for what the organization has', () => {
    const given = { ...settings, routedDomains: ['acme.example'] }
    assert.deepEqual(settingProblems(given, owner), [])
  })

  test('name a product and domains that it does not have', () => {
    const given = { ...settings, defaultProduct: 'x', routedDomains: ['acme.example', 'b.example'] }
    assert.deepEqual(settingProblems(given, owner), [
      { field: 'defaultProduct', cause: 'product_unknown', got: 'x' },
      { field: 'routedDomains[1]', cause: 'domain_unknown', got: 'b.example' },
    ])
  })

  test('let be what was so before, and only that', () => {
    const given = { ...settings, defaultProduct: 'gone', routedDomains: ['gone.example'] }
    assert.deepEqual(settingProblems(given, owner, given), [])
    const fields = settingProblems(given, owner, settings).map(({ field }) => field)
    assert.deepEqual(fields, ['defaultProduct', 'routedDomains[0]'])
  })
})

const publicUrl = 'https://signin.example'

async function change(revise: ReviseSettings, record: ProviderRecord = recordOf()) {
  const { store, ...seen } = portsOf({ found: [record] })
  return { ...seen, result: await changeSettings(store, target, { revise, publicUrl }) }
}

describe('changeSettings', () => {
  test('changes settings by the ones there are, and remembers whom the provider knows', async () => {
    const seen: unknown[] = []
    const ports = await change((before) => {
      seen.push(before)
      return ok({ ...before, identifiers: 'organization' })
    })
    assert.deepEqual(seen, [settings])
    const { idp, event } = onlyChange(ports)
    const knownAs = { publicUrl, identifiers: 'shared' }
    assert.deepEqual(idp, { ...provider, identifiers: 'organization', knownAs })
    assert.equal(event, 'updated')
  })

  test('goes on to remember what the provider was told first', async () => {
    const knownAs = { publicUrl: 'https://old.example', identifiers: 'shared' } as const
    const revise: ReviseSettings = (before) => ok({ ...before, identifiers: 'organization' })
    const ports = await change(revise, recordOf({ knownAs }))
    assert.deepEqual(onlyChange(ports).idp.knownAs, knownAs)
  })

  test('writes nothing where nothing is different', async () => {
    const { result, written } = await change((before) => ok({ ...before, attributeNames: {} }))
    assert.ok(result.ok)
    assert.deepEqual(written, [])
  })

  const missing = { field: 'name', cause: 'missing' } as const
  const product = { field: 'defaultProduct', cause: 'product_unknown', got: 'x' } as const
  const refusals: readonly (readonly [string, ReviseSettings, object])[] = [
    ['what cannot be read', () => fail([missing]), missing],
    [
      'what the organization does not have',
      (before) => ok({ ...before, defaultProduct: 'x' }),
      product,
    ],
  ]
  for (const [name, revise, problem] of refusals) {
    test(`refuses ${name}`, async () => {
      const { result, written } = await change(revise)
      const error = { cause: 'settings_refused', problems: [problem] }
      assert.deepEqual(result, { ok: false, error })
      assert.deepEqual(written, [])
    })
  }

  test('refuses an organization that is not there', async () => {
    const { store } = portsOf()
    const nobody = { ...store, findOwner: () => Promise.resolve(undefined) }
    const result = await changeSettings(nobody, target, { revise: ok, publicUrl })
    assert.deepEqual(result, { ok: false, error: { cause: 'organization_unknown' } })
  })
})
