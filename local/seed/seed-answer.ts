import { operator } from '#local/operator.ts'
import type { LocalStack } from '#local/stack.ts'
import { serviceProviderFor } from '#shared/sign-in/service-provider.ts'
import type { Plan } from './seed-plan.ts'

/** What is in a seeded stack, and where (docs/local.md). */
export type Seeded = {
  /** Of the HTTP API. */
  url: string
  organizations: {
    id: string
    name: string
    domains: readonly string[]
    /** Of the administration API, for an admin. */
    apiKey: string
    identityProviders: SeededProvider[]
  }[]
  products: { key: string; name: string; landingUrl: string; credential: string }[]
  endpoints: { jwks: string; redeem: string; serviceProviderMetadata: string }
  aws: {
    endpoint: string
    region: string
    /** May do everything. */
    accessKeyId: string
    secretAccessKey: string
    directoryTable: string
    ephemeralTable: string
    provisioningQueueUrl: string
  }
}

type SeededProvider = {
  id: string
  name: string
  entityId: string
  /** Starts a sign-in; takes `?product=` and `&target=`. */
  loginUrl: string
  /** What to configure at the provider. */
  serviceProvider: { entityId: string; acsUrl: string; sloUrl: string; metadataUrl: string }
}

export function seededStack(stack: LocalStack, plan: Plan): Seeded {
  const { url } = stack
  return {
    url,
    organizations: plan.organizations.map(
      ({ organization, domains, apiKey, identityProviders }) => ({
        id: organization.id,
        name: organization.name,
        domains,
        apiKey,
        identityProviders: identityProviders.map(({ id, name, entityId, identifiers, orgId }) => {
          const us = serviceProviderFor(url, identifiers, orgId)
          const serviceProvider = { ...us, metadataUrl: us.entityId } // our entity IDs are addresses
          return { id, name, entityId, loginUrl: `${url}/saml/idps/${id}/login`, serviceProvider }
        }),
      }),
    ),
    products: plan.products.map(({ product: { key, name, landingUrl }, credential }) => ({
      key,
      name,
      landingUrl,
      credential,
    })),
    endpoints: {
      jwks: `${url}/.well-known/jwks.json`,
      redeem: `${url}/tokens/redeem`,
      serviceProviderMetadata: `${url}/saml/sp`,
    },
    aws: {
      endpoint: stack.awsEndpoint,
      region: stack.region,
      ...operator,
      ...resourcesOf(stack),
    },
  }
}

/** Names of the resources that a harness looks into. */
export function resourcesOf({ environmentOf, outputs }: LocalStack) {
  const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = environmentOf('saml-acs')
  const { ProvisioningQueueUrl } = outputs
  if (!DIRECTORY_TABLE || !EPHEMERAL_TABLE || !ProvisioningQueueUrl) {
    throw new Error('The templates name no tables or no provisioning queue')
  }
  return {
    directoryTable: DIRECTORY_TABLE,
    ephemeralTable: EPHEMERAL_TABLE,
    provisioningQueueUrl: ProvisioningQueueUrl,
  }
}
