import type { Seeded } from '#local/seed/seed-answer.ts'
import type { SeedInput } from '#local/seed/seed-file.ts'
import type { IdentityProviderSettings } from './identity-provider.ts'
import { DEMO_DOMAIN } from './people.ts'
import type { ProductSettings } from './product.ts'

const PRODUCT = 'meetings'

/** A customer, its identity provider, and a product. */
export const demoSeed = (metadata: string, productUrl: string): SeedInput => ({
  organizations: [
    {
      name: 'Acme',
      domains: [DEMO_DOMAIN],
      defaultProduct: PRODUCT,
      identityProviders: [{ name: 'Demo identity provider', metadata }],
    },
  ],
  products: [{ key: PRODUCT, name: 'Demo product', landingUrl: `${productUrl}/sign-in` }],
})

/** What the demo's processes need to know of a stack that has been given that seed. */
export function demoSettings(
  { url, organizations, products, endpoints }: Seeded,
  productUrl: string,
) {
  const provider = organizations[0]?.identityProviders[0]
  const product = products[0]
  if (!provider || !product) throw new Error('this is not the demo’s seed')
  const identityProvider: IdentityProviderSettings = {
    serviceProviderMetadataUrl: provider.serviceProvider.metadataUrl,
    productUrl,
  }
  const productSettings: ProductSettings = {
    key: product.key,
    credential: product.credential,
    issuer: url,
    loginUrl: provider.loginUrl,
    redeemUrl: endpoints.redeem,
    jwksUrl: endpoints.jwks,
  }
  return { identityProvider, product: productSettings }
}
