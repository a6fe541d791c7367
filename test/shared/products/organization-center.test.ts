import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedLanding } from '#shared/products/landing.ts'
import {
  ORGANIZATION_CENTER,
  withOrganizationCenter,
} from '#shared/products/organization-center.ts'

const meetings = {
  key: 'meetings',
  name: 'Meetings',
  landingUrl: 'https://meetings.example/',
  allowedPaths: ['/'],
}
const evil = { ...meetings, key: ORGANIZATION_CENTER, landingUrl: 'https://evil.example/' }

test("withOrganizationCenter adds our product to the vendor's, and takes none of its name", () => {
  const publicUrl = 'https://signin.vendor.example'
  const stored = new Map([meetings, evil].map((one) => [one.key, one]))
  const catalogue = withOrganizationCenter(stored, publicUrl)
  assert.equal(catalogue.get('meetings'), meetings)
  const landingUrl = catalogue.get(ORGANIZATION_CENTER)?.landingUrl
  assert.equal(landingUrl, `${publicUrl}/admin/sign-in/return`)
  assert.equal(stored.get(ORGANIZATION_CENTER), evil)
  const target = `/${'A-_9'.repeat(10)}abc`
  const landing = { product: ORGANIZATION_CENTER, target }
  assert.deepEqual(allowedLanding(catalogue, ORGANIZATION_CENTER, target), landing)
})
