import { randomUUID } from 'node:crypto'
import type { LocalStack } from '#local/stack.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import type { IdentityProvider } from '#shared/idps/types.ts'
import { newCredentialId, newIdpId, newOrgId } from '#shared/ids.ts'
import type { Product } from '#shared/products/types.ts'
import { serviceProviderFor } from '#shared/sign-in/service-provider.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { issueCredential } from '#shared/tokens/product-credential.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { type Assertion, samlResponse } from './test-provider.ts'

const products: readonly Product[] = [
  {
    key: 'meetings',
    name: 'Meetings',
    landingUrl: 'https://meetings.example/landing',
    allowedPaths: ['/'],
    logoutUrl: 'https://meetings.example/bye?from=latchkey',
  },
  {
    key: 'training',
    name: 'Training',
    landingUrl: 'https://training.example/in?from=latchkey',
    allowedPaths: ['/courses', '/invoices.html'],
  },
  {
    key: 'payroll',
    name: 'Payroll',
    landingUrl: 'https://payroll.example/landing',
    allowedPaths: ['/'],
    forceAuthn: true,
    authnContext: { classRefs: ['urn:oasis:names:tc:SAML:2.0:ac:classes:Password'] },
  },
  {
    key: 'support',
    name: 'Remote support',
    landingUrl: 'https://support.example/landing',
    allowedPaths: ['/'],
    access: 'assigned',
  },
]

let catalogue: Promise<Record<string, string>> | undefined

/**
 * Makes an organization of its own: domain, provider, and a credential of each product. The stores
 * of this process must point to the stack.
 */
export async function createTenant(stack: LocalStack, settings: Partial<IdentityProvider> = {}) {
  const configuration = dynamoConfiguration(process.env['DIRECTORY_TABLE'] ?? '')
  catalogue ??= saveCatalogue(configuration)
  const credentials = await catalogue
  const name = randomUUID()
  const domain = `${name}.example`
  const orgId = newOrgId()
  const idp: IdentityProvider = {
    id: newIdpId(),
    orgId,
    name: 'Test provider',
    state: 'active',
    entityId: `https://${name}.idp.example/metadata`,
    identifiers: 'shared',
    singleSignOn: { binding: 'redirect', url: `https://${name}.idp.example/sso?tenant=1` },
    wantsSignedRequests: false,
    signingKeys: [keyOf('provider')],
    allowsUnsolicited: true,
    clockSkewSeconds: 120,
    verifiedDomains: [domain],
    defaultProduct: 'meetings',
    attributeNames: {},
    ...settings,
  }
  const act = { actor: 'test', at: toSeconds(epochMilliseconds()) }
  const organization = { id: orgId, name: 'Test', defaultProduct: 'meetings' }
  await configuration.createOrganization(organization, [domain], act)
  await configuration.createIdentityProvider(idp, act)
  const serviceProvider = serviceProviderFor(stack.url, idp.identifiers, orgId)
  const respond = (assertion: Partial<Assertion> = {}) =>
    samlResponse({ idp, serviceProvider, email: `ada@${domain}`, ...assertion })
  return { stack, configuration, orgId, domain, idp, credentials, serviceProvider, respond }
}

const keyOf = (name: keyof typeof keys) => ({
  fingerprint: name,
  spki: keys[name].publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  notAfter: 4_102_444_800,
})

async function saveCatalogue(configuration: ReturnType<typeof dynamoConfiguration>) {
  await configuration.saveProducts(products)
  const credentials: Record<string, string> = {}
  for (const { key } of products) {
    const id = newCredentialId()
    const { credential, secretHash } = issueCredential(id)
    await configuration.saveCredential({ id, product: key, secretHash })
    credentials[key] = credential
  }
  return credentials
}
