import { randomBytes } from 'node:crypto'
import samlify from 'samlify'
import type { Person } from './people.ts'

/** Private key and self-signed certificate, both PEM. */
export type ProviderKey = { privateKey: string; certificate: string }

/** A service provider as its metadata describes it. */
export type Audience = ReturnType<typeof samlify.ServiceProvider>

export type SamlProvider = {
  entityId: string
  metadata: string
  /**
   * Reads a request that came by HTTP-Redirect.
   *
   * @throws if it is not one, or not from that service provider
   */
  readRequest: (query: URLSearchParams, audience: Audience) => Promise<AuthnRequest>
  /** A signed response in base64; unsolicited where it answers no request. */
  respond: (person: Person, audience: Audience, inResponseTo?: string) => Promise<SamlResponse>
}

/** What a request says; absent parts are empty. */
type AuthnRequest = { id: string; issuer: string; destination: string; acsUrl: string }

/** What is to be posted, and where. */
type SamlResponse = { acsUrl: string; samlResponse: string }

/**
 * An identity provider in the way that vendors build them: samlify's, with a response template that
 * has what our checks need and its default lacks, an AuthnStatement.
 *
 * @param url where it can be reached; it signs people in at `<url>/sso`
 */
export function samlProvider(url: string, { privateKey, certificate }: ProviderKey): SamlProvider {
  // Ours are the only requests it reads, and what it reads in them it compares (readRequest).
  samlify.setSchemaValidator({ validate: () => Promise.resolve('skipped') })
  const signOnUrl = `${url}/sso`
  const entityId = `${url}/metadata`
  const provider = withoutWarnings(() =>
    samlify.IdentityProvider({
      entityID: entityId,
      privateKey,
      signingCert: certificate,
      nameIDFormat: [PERSISTENT],
      singleSignOnService: [{ Binding: REDIRECT_BINDING, Location: signOnUrl }],
      loginResponseTemplate: { context: TEMPLATE, attributes: ATTRIBUTES },
    }),
  )
  return {
    entityId,
    metadata: provider.getMetadata(),
    async readRequest(query, audience) {
      const { extract } = await provider.parseLoginRequest(audience, 'redirect', {
        query: Object.fromEntries(query),
      })
      const request = authnRequest(extract.request, extract.issuer)
      const ours = { issuer: audience.entityMeta.getEntityID(), acsUrl: acsUrlOf(audience) }
      const isForUs = request.destination === signOnUrl
      if (!isForUs || request.issuer !== ours.issuer || request.acsUrl !== ours.acsUrl) {
        throw new Error(`a request of ${request.issuer}, which is not set up here`)
      }
      return request
    },
    async respond(person, audience, inResponseTo) {
      const values = valuesOf(person, { entityId, audience, inResponseTo })
      const fill = (template: string) => ({
        id: values.ID,
        context: samlify.SamlLib.replaceTagsByValue(template, values),
      })
      const request = { extract: {} }
      const { context } = await provider.createLoginResponse(audience, request, 'post', person, {
        customTagReplacement: fill,
      })
      return { acsUrl: acsUrlOf(audience), samlResponse: context }
    },
  }
}

/** samlify 2.13.1 warns of what is left out on purpose: this provider has no single logout. */
function withoutWarnings<T>(build: () => T): T {
  const { warn } = console
  console.warn = () => {}
  try {
    return build()
  } finally {
    console.warn = warn
  }
}

/** @param metadata of the service provider, as XML */
export const audienceOf = (metadata: string): Audience => samlify.ServiceProvider({ metadata })

const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic'
const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'

const ATTRIBUTES = ['email', 'givenName', 'familyName', 'displayName'].map((name) => ({
  name,
  valueTag: name,
  nameFormat: BASIC,
  valueXsiType: 'xs:string',
}))

const TEMPLATE = samlify.SamlLib.defaultLoginResponseTemplate.context.replace(
  '{AuthnStatement}',
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{SessionIndex}">' +
    `<saml:AuthnContext><saml:AuthnContextClassRef>${PASSWORD}</saml:AuthnContextClassRef>` +
    '</saml:AuthnContext></saml:AuthnStatement>',
)

const acsUrlOf = (audience: Audience) =>
  String(audience.entityMeta.getAssertionConsumerService('post'))

function authnRequest(request: unknown, issuer: unknown): AuthnRequest {
  const { id, destination, assertionConsumerServiceUrl } = request as Record<string, unknown>
  return {
    id: String(id ?? ''),
    issuer: String(issuer ?? ''),
    destination: String(destination ?? ''),
    acsUrl: String(assertionConsumerServiceUrl ?? ''),
  }
}

type Exchange = { entityId: string; audience: Audience; inResponseTo: string | undefined }

const LIFETIME_MS = 5 * 60 * 1000

function valuesOf(person: Person, { entityId, audience, inResponseTo }: Exchange) {
  const newId = () => `_${randomBytes(20).toString('hex')}`
  const now = Date.now()
  const [issuedAt, expiresAt] = [now, now + LIFETIME_MS].map((ms) => new Date(ms).toISOString())
  const acsUrl = acsUrlOf(audience)
  return {
    ID: newId(),
    AssertionID: newId(),
    SessionIndex: newId(),
    IssueInstant: issuedAt,
    ConditionsNotBefore: issuedAt,
    ConditionsNotOnOrAfter: expiresAt,
    SubjectConfirmationDataNotOnOrAfter: expiresAt,
    Destination: acsUrl,
    SubjectRecipient: acsUrl,
    Audience: audience.entityMeta.getEntityID(),
    Issuer: entityId,
    InResponseTo: inResponseTo,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    NameIDFormat: PERSISTENT,
    NameID: person.id,
    attrEmail: person.email,
    attrGivenName: person.givenName,
    attrFamilyName: person.familyName,
    attrDisplayName: person.displayName,
  }
}
