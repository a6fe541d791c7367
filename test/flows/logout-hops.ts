import { randomBytes } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { publicKeyOf } from '#shared/idps/public-key.ts'
import { escapeText } from '#shared/saml/characters.ts'
import type { LogoutExpectations } from '#shared/saml/logout-message.ts'
import { keys, type SigningKey } from '#test/fixtures/saml/keys.ts'
import {
  judgeLogoutRequest,
  judgeLogoutResponse,
  judgeQuery,
  redirectLogout,
  signedLogout,
} from '#test/fixtures/saml/logout-messages.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import type { Tenant } from './tenant.ts'

export type Binding = 'redirect' | 'post'
type Parameter = 'SAMLRequest' | 'SAMLResponse'

const newId = () => `_${randomBytes(16).toString('hex')}`
const time = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:'

type Sender = Pick<Tenant, 'idp' | 'serviceProvider'>

const envelope = ({ idp, serviceProvider }: Sender, id: string, issuedAgo: number) =>
  ` xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="${id}" Version="2.0"` +
  ` IssueInstant="${time(-issuedAgo)}" Destination="${serviceProvider.sloUrl}"` +
  `%s><saml:Issuer>${idp.entityId}</saml:Issuer><!>`

export type Asked = {
  nameId: string
  sessionIndexes?: readonly string[]
  id?: string
  issuedAgo?: number
}

/** A provider's LogoutRequest, with the place of its signature marked. */
export function logoutRequestXml(sender: Sender, asked: Asked): string {
  const { nameId, sessionIndexes = [], id = newId(), issuedAgo = 0 } = asked
  const indexes = sessionIndexes.map((one) => `<samlp:SessionIndex>${one}</samlp:SessionIndex>`)
  const start = envelope(sender, id, issuedAgo).replace('%s', '')
  return (
    `<samlp:LogoutRequest${start}<saml:NameID>${escapeText(nameId)}</saml:NameID>` +
    `${indexes.join('')}</samlp:LogoutRequest>`
  )
}

/** A provider's LogoutResponse, in the same way. */
export function logoutResponseXml(
  sender: Sender,
  { inResponseTo, status = 'Success Success' }: { inResponseTo: string; status?: string },
): string {
  const [code, detail] = status.split(' ')
  const start = envelope(sender, newId(), 0).replace('%s', ` InResponseTo="${inResponseTo}"`)
  return (
    `<samlp:LogoutResponse${start}<samlp:Status><samlp:StatusCode Value="${STATUS}${code}">` +
    `<samlp:StatusCode Value="${STATUS}${detail}"/></samlp:StatusCode></samlp:Status>` +
    `</samlp:LogoutResponse>`
  )
}

type Delivery = { relayState?: string; key?: SigningKey; url?: string }

/** Brings a message to our single logout service as a browser would. */
export function bring(
  { serviceProvider }: Sender,
  binding: Binding,
  [parameter, xml]: readonly [Parameter, string],
  { relayState, key = keys.provider, url = serviceProvider.sloUrl }: Delivery = {},
): Promise<Response> {
  const state = relayState === undefined ? {} : { relayState }
  if (binding === 'redirect') {
    const plain = xml.replace('<!>', '')
    const query = redirectLogout(parameter, { edit: () => plain, key, ...state })
    return fetch(`${url}?${query}`, { redirect: 'manual' })
  }
  const message = Buffer.from(signedLogout(parameter, { edit: () => xml, key })).toString('base64')
  const body = new URLSearchParams({
    [parameter]: message,
    ...(relayState !== undefined && { RelayState: relayState }),
  })
  return fetch(url, { method: 'POST', redirect: 'manual', body })
}

/** What our answer carries to the provider, verified with our own key as the provider would. */
export async function departed(
  tenant: Pick<Tenant, 'running' | 'serviceProvider'>,
  answer: Response,
) {
  const carried = await carriedBy(answer)
  const { parameter, address, xml } = carried
  const expected = await expectations(tenant, address)
  const message = { binding: 'post', bytes: Buffer.from(xml) } as const
  const judged = carried.query
    ? judgeQuery(carried.query, expected)
    : parameter === 'SAMLRequest'
      ? judgeLogoutRequest(message, expected)
      : judgeLogoutResponse(message, expected)
  return { ...carried, judged }
}

async function carriedBy(answer: Response) {
  const location = answer.headers.get('location')
  if (location !== null) {
    const url = new URL(location)
    const parameter: Parameter = url.searchParams.has('SAMLRequest')
      ? 'SAMLRequest'
      : 'SAMLResponse'
    const deflated = Buffer.from(url.searchParams.get(parameter) ?? '', 'base64')
    return {
      parameter,
      address: url.origin + url.pathname,
      xml: inflateRawSync(deflated).toString(),
      relayState: url.searchParams.get('RelayState') ?? undefined,
      query: url.search.slice(1),
    }
  }
  const page = await answer.text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1]
  const parameter: Parameter = field('SAMLRequest') === undefined ? 'SAMLResponse' : 'SAMLRequest'
  return {
    parameter,
    address: /action="([^"?]*)/.exec(page)?.[1] ?? '',
    xml: Buffer.from(field(parameter) ?? '', 'base64').toString(),
    relayState: field('RelayState'),
    query: undefined,
  }
}

/** What a provider expects of us: the same rules, the other way round. */
async function expectations(
  { running, serviceProvider }: Pick<Tenant, 'running' | 'serviceProvider'>,
  address: string,
): Promise<LogoutExpectations> {
  const { SAML_SIGNING_KEY_ARNS = '' } = running.stack.environmentOf('saml-slo')
  const [arn = ''] = SAML_SIGNING_KEY_ARNS.split(',')
  const spki = Buffer.from(await kmsPublicKey(arn)).toString('base64')
  return {
    issuer: serviceProvider.entityId,
    keys: [publicKeyOf(spki)],
    allowsSha1: false,
    serviceProviders: [{ entityId: '', sloUrl: address }],
    clockSkewSeconds: 5,
    now: Math.floor(Date.now() / 1000),
  }
}

/** ID of a message. */
export const idIn = (xml: string) => / ID="([^"]+)"/.exec(xml)?.[1] ?? ''

export type Redeemed = { user: { id: string }; sid: string; logout_url: string; id_token: string }

/** Somebody who has signed in to a product that has redeemed their token. */
export async function signedIn(
  tenant: Tenant,
  assertion: Parameters<Tenant['respond']>[0] = {},
  product = 'meetings',
): Promise<Redeemed> {
  const landed = landingOf(await postResponse(tenant, tenant.respond(assertion), product))
  return (await (await redeem(tenant, landed.token, product)).json()) as Redeemed
}
