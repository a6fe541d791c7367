import type { createTenant } from './create-tenant.ts'

type Tenant = Awaited<ReturnType<typeof createTenant>>

/** Posts a response as the browser would. */
export const postResponse = (
  { serviceProvider }: Pick<Tenant, 'serviceProvider'>,
  response: string,
  relayState?: string,
) =>
  fetch(serviceProvider.acsUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      SAMLResponse: response,
      ...(relayState !== undefined && { RelayState: relayState }),
    }),
  })

/** Where a completed sign-in sent the browser. */
export function landingOf(response: Response) {
  const url = new URL(response.headers.get('location') ?? '')
  return {
    page: url.origin + url.pathname,
    token: url.searchParams.get('token') ?? '',
    target: url.searchParams.get('target'),
  }
}

/** Redeems a login token as a product would. */
export const redeem = (
  { stack, credentials }: Pick<Tenant, 'stack' | 'credentials'>,
  token: string,
  product = 'meetings',
) =>
  fetch(`${stack.url}/tokens/redeem`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials[product]}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ token }),
  })

/** Starts a sign-in and reads the request that the provider would get. */
export async function startLogin({ stack, idp }: Pick<Tenant, 'stack' | 'idp'>, query = '') {
  const url = `${stack.url}/saml/idps/${idp.id}/login${query}`
  return fetch(url, { redirect: 'manual' })
}
