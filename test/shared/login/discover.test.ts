import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type Candidate,
  discoverProviders,
  discoveryUrl,
  loginUrl,
} from '#shared/login/discover.ts'

const publicUrl = 'https://signin.vendor.example'

describe('discoveryUrl', () => {
  test('has the domain and not the address, whoever it is', () => {
    const url = discoveryUrl(publicUrl, ' Ada.Lovelace@Acme.Example ', { product: 'meetings' })
    assert.equal(url, `${publicUrl}/login/start?domain=acme.example&product=meetings`)
  })

  test('hands on what is asked for as one parameter each', () => {
    const target = '/courses?a=1&product=other'
    const url = new URL(discoveryUrl(publicUrl, 'a@b.example', { target }) ?? '')
    assert.deepEqual([...url.searchParams.keys()], ['domain', 'target'])
    assert.equal(url.searchParams.get('target'), target)
  })

  const none = [
    '',
    'ada',
    'ada@',
    '@acme.example',
    'a@b@acme.example',
    'ada@acme',
    'a b@acme.example',
  ]
  for (const email of none) {
    test(`takes "${email}" for no address`, () => {
      assert.equal(discoveryUrl(publicUrl, email, {}), undefined)
    })
  }

  test('leads nowhere else, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (email, target) => {
        const url = discoveryUrl(publicUrl, email, { target })
        if (url !== undefined) assert.ok(url.startsWith(`${publicUrl}/login/start?domain=`))
      }),
    )
  })
})

describe('discoverProviders', () => {
  const all: Candidate = { id: 'idp_1', name: 'All' }
  const none: Candidate = { id: 'idp_2', name: 'None routed', routedDomains: [] }
  const labs: Candidate = { id: 'idp_3', name: 'Labs', routedDomains: ['labs.example'] }
  const discover = (domain: string, ...candidates: readonly Candidate[]) =>
    discoverProviders({ findProviders: () => Promise.resolve(candidates) }, domain)

  test('finds the one that a domain is routed to', async () => {
    assert.deepEqual(await discover('labs.example', all, labs), [labs])
  })

  test('finds those that take everybody for any other domain', async () => {
    assert.deepEqual(await discover('acme.example', all, none, labs), [all, none])
  })

  test('finds none where all are for other domains', async () => {
    assert.deepEqual(await discover('acme.example', labs), [])
  })
})

test('loginUrl begins the sign-in at that provider', () => {
  const url = loginUrl(publicUrl, 'idp_1', { product: 'meetings', target: '/a?b=c' })
  assert.equal(url, `${publicUrl}/saml/idps/idp_1/login?product=meetings&target=%2Fa%3Fb%3Dc`)
})
