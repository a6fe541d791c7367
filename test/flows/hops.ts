import { inflateRawSync } from 'node:zlib'
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

/** The message that an answer of ours carries to the provider, by HTTP-Redirect or HTTP-POST. */
export async function requestIn(answer: Response) {
  const location = answer.headers.get('location')
  if (location !== null) {
    const url = new URL(location)
    const message = Buffer.from(url.searchParams.get('SAMLRequest') ?? '', 'base64')
    const relayState = url.searchParams.get('RelayState') ?? undefined
    return describeRequest(url, inflateRawSync(message).toString(), relayState)
  }
  const page = await answer.text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1]
  const [, action = ''] = /action="([^"]*)"/.exec(page) ?? []
  const xml = Buffer.from(field('SAMLRequest') ?? '', 'base64').toString()
  return describeRequest(new URL(action.replaceAll('&amp;', '&')), xml, field('RelayState'))
}

const describeRequest = (url: URL, xml: string, relayState: string | undefined) => ({
  url,
  xml,
  id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '',
  relayState,
})
