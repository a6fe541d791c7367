import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { serviceProviderFor, serviceProviderKnownTo } from '#shared/sign-in/service-provider.ts'

const publicUrl = 'https://signin.vendor.example'

describe('serviceProviderFor', () => {
  test('is the same for all organizations that use the shared identifiers', () => {
    assert.deepEqual(serviceProviderFor(publicUrl, 'shared', 'org_1'), {
      entityId: `${publicUrl}/saml/sp`,
      acsUrl: `${publicUrl}/saml/acs`,
      sloUrl: `${publicUrl}/saml/slo`,
    })
  })

  test("is an organization's own where the provider is configured so", () => {
    assert.deepEqual(serviceProviderFor(publicUrl, 'organization', 'org_1'), {
      entityId: `${publicUrl}/saml/org_1/sp`,
      acsUrl: `${publicUrl}/saml/org_1/acs`,
      sloUrl: `${publicUrl}/saml/org_1/slo`,
    })
  })
})

describe('serviceProviderKnownTo', () => {
  const idp = { orgId: 'org_1', identifiers: 'organization' } as const

  test('is what we are now', () => {
    assert.deepEqual(
      serviceProviderKnownTo(idp, publicUrl),
      serviceProviderFor(publicUrl, 'organization', 'org_1'),
    )
  })

  test('is what the provider was told, as long as it knows no better', () => {
    const knownAs = { publicUrl: 'https://old.vendor.example', identifiers: 'shared' } as const
    assert.deepEqual(
      serviceProviderKnownTo({ ...idp, knownAs }, publicUrl),
      serviceProviderFor('https://old.vendor.example', 'shared', 'org_1'),
    )
  })
})
