import { inflateRawSync } from 'node:zlib'
import { scanXml } from '#shared/saml/scan.ts'
import { attributeOf, leafText, type XmlElement } from '#shared/saml/xml-tree.ts'
import type { Checks } from './checks.ts'
import type { Person } from './people.ts'
import { type PostForm, readForm } from './read-page.ts'

/** Where the play happens. */
export type Stage = {
  checks: Checks
  loginUrl: string
  ours: { entityId: string; acsUrl: string; metadataUrl: string }
  identityProviderUrl: string
  landingUrl: string
}

/** Asks for something as a browser does, but stops at redirects to look at them. */
async function request({ checks }: Stage, url: string, form?: URLSearchParams) {
  checks.hop(`${form ? 'POST' : 'GET'} ${url.length > 100 ? `${url.slice(0, 100)}…` : url}`)
  const init: RequestInit = form ? { method: 'POST', body: form } : {}
  return fetch(url, { ...init, redirect: 'manual' })
}

export async function playMetadata(stage: Stage) {
  const { checks, ours } = stage
  checks.step('Our metadata, as an identity provider reads it')
  const response = await request(stage, ours.metadataUrl)
  checks.equal('status is', response.status, 200)
  const document = scanXml(Buffer.from(await response.text()))
  const find = finder(document.elements)
  checks.equal('entity ID is', attributeOf(document.root, 'entityID'), ours.entityId)
  checks.equal(
    'it wants assertions signed:',
    attributeOf(find('SPSSODescriptor'), 'WantAssertionsSigned'),
    'true',
  )
  const acs = find('AssertionConsumerService')
  checks.equal('assertions go to', attributeOf(acs, 'Location'), ours.acsUrl)
  checks.equal('by', attributeOf(acs, 'Binding'), POST_BINDING)
}

/** Starts at a product. Answers the form that the provider's page would send to us. */
export async function playSpInitiated(
  stage: Stage,
  person: Person,
  wanted: { product: string; target: string },
): Promise<PostForm> {
  const { checks, identityProviderUrl, ours } = stage
  checks.step(`${person.displayName} signs in from the product (SP-initiated)`)
  const login = await request(stage, `${stage.loginUrl}?${new URLSearchParams(wanted)}`)
  checks.equal('status is', login.status, 302)
  const location = new URL(login.headers.get('location') ?? '')
  checks.equal('it leads to', location.origin + location.pathname, `${identityProviderUrl}/sso`)
  const id = checkAuthnRequest(stage, location)
  const page = await request(stage, location.href)
  checks.equal('the provider’s page has status', page.status, 200)
  const choice = readForm(await page.text(), location.href)
  choice.fields.append('person', person.id)
  const answer = await post(stage, choice)
  checks.equal('the form goes to', answer.action, ours.acsUrl)
  checks.equal('it answers the request', inResponseTo(answer), id)
  return answer
}

function checkAuthnRequest({ checks, ours, identityProviderUrl }: Stage, location: URL) {
  const message = Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64')
  const { root, elements } = scanXml(inflateRawSync(message))
  const id = attributeOf(root, 'ID')
  checks.equal('AuthnRequest: the element is', root.local, 'AuthnRequest')
  checks.equal('AuthnRequest: version is', attributeOf(root, 'Version'), '2.0')
  checks.equal('AuthnRequest: its ID cannot be guessed:', /^_[0-9a-f]{40}$/.test(id ?? ''), true)
  const age = Date.now() - Date.parse(attributeOf(root, 'IssueInstant') ?? '')
  checks.equal('AuthnRequest: it was issued in the last 5 s:', age >= 0 && age < 5000, true)
  checks.equal(
    'AuthnRequest: destination is',
    attributeOf(root, 'Destination'),
    `${identityProviderUrl}/sso`,
  )
  checks.equal('AuthnRequest: issuer is', leafText(finder(elements)('Issuer')), ours.entityId)
  checks.equal(
    'AuthnRequest: the answer goes to',
    attributeOf(root, 'AssertionConsumerServiceURL'),
    ours.acsUrl,
  )
  checks.equal('AuthnRequest: by', attributeOf(root, 'ProtocolBinding'), POST_BINDING)
  return id
}

/** Starts at the provider. Answers the form that its page would send to us. */
export async function playIdpInitiated(
  stage: Stage,
  person: Person,
  relayState: string,
): Promise<PostForm> {
  const { checks, identityProviderUrl, ours } = stage
  checks.step(`${person.displayName} signs in from the provider (IdP-initiated)`)
  const fields = new URLSearchParams({ person: person.id, RelayState: relayState })
  const answer = await post(stage, { action: `${identityProviderUrl}/start`, fields })
  checks.equal('the form goes to', answer.action, ours.acsUrl)
  checks.equal('RelayState is', answer.fields.get('RelayState'), relayState)
  checks.equal('it answers no request:', inResponseTo(answer), undefined)
  return answer
}

async function post(stage: Stage, { action, fields }: PostForm): Promise<PostForm> {
  const response = await request(stage, action, fields)
  stage.checks.equal('status is', response.status, 200)
  return readForm(await response.text(), action)
}

/** Sends the form to us. Answers where the browser goes then. */
export async function playAcs(
  stage: Stage,
  { action, fields }: PostForm,
  target: string,
): Promise<{ location: string; token: string }> {
  const { checks, landingUrl } = stage
  const response = await request(stage, action, fields)
  checks.equal('status is', response.status, 303)
  const location = new URL(response.headers.get('location') ?? '')
  const token = location.searchParams.get('token') ?? ''
  checks.equal('the browser goes to', location.origin + location.pathname, landingUrl)
  checks.equal('it brings a login token:', /^[\w-]{43}\.[\w-]{43}$/.test(token), true)
  checks.equal('target is', location.searchParams.get('target'), target)
  checks.equal('no cache keeps it:', response.headers.get('cache-control'), 'no-store')
  return { location: location.href, token }
}

/** Sends a form that must be refused, with a page that says no more than a trace id. */
export async function playRefusal(stage: Stage, { action, fields }: PostForm) {
  const { checks } = stage
  const response = await request(stage, action, fields)
  checks.equal('status is', response.status, 403)
  checks.equal('the browser goes', response.headers.get('location') ?? 'nowhere', 'nowhere')
  const isTraced = /<code id="trace-id">trc_[0-9a-f]{32}<\/code>/.test(await response.text())
  checks.equal('the page shows a trace id:', isTraced, true)
}

const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

function inResponseTo({ fields }: PostForm): string | undefined {
  const { root } = scanXml(Buffer.from(fields.get('SAMLResponse') ?? '', 'base64'))
  return attributeOf(root, 'InResponseTo')
}

const finder = (elements: readonly XmlElement[]) => (local: string) => {
  const found = elements.find((element) => element.local === local)
  if (!found) throw new Error(`no ${local}`)
  return found
}
