import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { serviceProviderFor } from '#shared/sign-in/service-provider.ts'

const publicUrl = 'https://signin.vendor.example'

describe('serviceProviderFor', () => {
  test('is the same for all organizations that use the shared identifiers', () => {
    assert.deepEqual(serviceProviderFor(publicUrl, 'shared', 'org_1'), {
      entityId: `${publicUrl}/saml/sp`,
      acsUrl: `${publicUrl}/saml/acs`,
    })
  })

  test("is an organization's own where the provider is configured so", () => {
    assert.deepEqual(serviceProviderFor(publicUrl, 'organization', 'org_1'), {
      entityId: `${publicUrl}/saml/org_1/sp`,
      acsUrl: `${publicUrl}/saml/org_1/acs`,
    })
  })
})
