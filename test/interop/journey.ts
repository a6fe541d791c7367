import assert from 'node:assert/strict'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { redeem } from '#test/flows/hops.ts'
import type { Tenant } from '#test/flows/tenant.ts'
import { type HttpSession, httpSession, type Page, readText } from './http-session.ts'
import { settle } from './saml-browser.ts'
import { enterPassword } from './sign-in.ts'

export const loginUrl = ({ running, idp }: Tenant) =>
  `${running.stack.url}/saml/idps/${idp.id}/login`

type Credentials = { readonly username: string; readonly password: string }

/** Plays the browser from the first click to the landing page at a product. */
export async function arrive(
  startUrl: string,
  person: Credentials,
  session: HttpSession = httpSession(),
) {
  const end = await journey(startUrl, person, session)
  const { origin, pathname, searchParams } = new URL(end.url)
  const token = searchParams.get('token')
  assert.ok(token, `${person.username} came to ${end.status} ${end.url}: ${readText(end)}`)
  return { page: origin + pathname, target: searchParams.get('target'), token }
}

/** Plays the browser from the first click to the page on which we refuse the sign-in. */
export async function refused(startUrl: string, person: Credentials): Promise<Page> {
  const end = await journey(startUrl, person, httpSession())
  assert.match(new URL(end.url).pathname, /\/acs$/, readText(end))
  assert.equal(end.status, 403)
  return end
}

async function journey(startUrl: string, person: Credentials, session: HttpSession) {
  const start = await settle(session, await session.open(startUrl))
  return settle(session, await enterPassword(start, person, session))
}

/** Redeems the token as the product would, and believes the identity as it would. */
export async function identityOf(tenant: Tenant, token: string, product = 'meetings') {
  const redeemed = await redeem(tenant, token, product)
  assert.equal(redeemed.status, 200)
  const { id_token } = (await redeemed.json()) as { id_token: string }
  const { url } = tenant.running.stack
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`))
  return (await jwtVerify(id_token, keys, { issuer: url, audience: product })).payload
}
