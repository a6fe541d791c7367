import type { IncomingMessage } from 'node:http'
import { IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify'
import type { GenerateResult } from 'selfsigned'
import { type Binding, bindingUris } from './sp-messages.ts'

type Person = { readonly nameId: string; readonly sessionIndex: string }

/** What came from the provider and was believed. */
export type Received = {
  readonly binding: Binding
  /** Empty: none came. */
  readonly relayState: string
} & (
  | (Person & {
      readonly type: 'Response'
      readonly isEncrypted: boolean
      readonly attributes: Record<string, string | string[]>
      /** Decrypted. */
      readonly xml: string
    })
  | (Person & { readonly type: 'LogoutRequest'; readonly id: string })
  | { readonly type: 'LogoutResponse' }
)

type Settings = {
  readonly entityId: string
  readonly acsUrl: string
  readonly sloUrl: string
  /** The only one at the logout service. */
  readonly logoutBinding: Binding
  readonly signing: GenerateResult
  readonly encryption: GenerateResult
}

/** samlify as service provider: metadata, and a judgement of what the provider sends. */
export function samlifyJudge(providerMetadata: string, settings: Settings) {
  // Its schema validators are packages of their own; signatures are checked without them.
  setSchemaValidator({ validate: () => Promise.resolve('skipped') })
  const { entityId, acsUrl, sloUrl, logoutBinding, signing, encryption } = settings
  const judge = ServiceProvider({
    entityID: entityId,
    authnRequestsSigned: true,
    wantAssertionsSigned: true,
    wantLogoutRequestSigned: true,
    wantLogoutResponseSigned: true,
    signingCert: signing.cert,
    privateKey: signing.private,
    encryptCert: encryption.cert,
    encPrivateKey: encryption.private,
    assertionConsumerService: [{ Binding: bindingUris.post, Location: acsUrl }],
    singleLogoutService: [{ Binding: bindingUris[logoutBinding], Location: sloUrl }],
  })
  const providerFor = (xml: string) =>
    IdentityProvider({
      metadata: readable(providerMetadata),
      isAssertionEncrypted: xml.includes('EncryptedAssertion'),
    })

  async function readLogin({ binding, request, relayState }: Envelope, xml: string) {
    const { extract, samlContent } = await judge.parseLoginResponse(
      providerFor(xml),
      binding,
      request,
    )
    return {
      type: 'Response',
      binding,
      relayState,
      isEncrypted: xml.includes('EncryptedAssertion'),
      nameId: String(extract.nameID),
      sessionIndex: String(extract.sessionIndex?.['sessionIndex']),
      attributes: extract.attributes ?? {},
      xml: samlContent,
    } as const
  }

  async function readLogoutRequest({ binding, request, relayState }: Envelope) {
    const { extract } = await judge.parseLogoutRequest(providerFor(''), binding, request)
    return {
      type: 'LogoutRequest',
      binding,
      relayState,
      id: String(extract.request?.['id']),
      nameId: String(extract.nameID),
      sessionIndex: String(extract['sessionIndex']),
    } as const
  }

  return {
    metadataXml: judge.getMetadata(),
    /** Throws where samlify does not believe it. */
    async read(incoming: IncomingMessage): Promise<Received> {
      const envelope = await readEnvelope(incoming)
      if (envelope.fields.has('SAMLRequest')) return readLogoutRequest(envelope)
      if (incoming.url?.startsWith('/acs')) {
        const encoded = envelope.fields.get('SAMLResponse') ?? ''
        return readLogin(envelope, Buffer.from(encoded, 'base64').toString())
      }
      const { binding, request, relayState } = envelope
      await judge.parseLogoutResponse(providerFor(''), binding, request)
      return { type: 'LogoutResponse', binding, relayState }
    },
  }
}

/**
 * samlify 2.13.1 cannot verify a redirect by a certificate that is indented, or that stands there
 * once more for another role of the provider.
 */
const readable = (metadata: string) =>
  metadata
    .replace(/<(SPSSODescriptor|AttributeAuthorityDescriptor)\b.*?<\/\1>/gs, '')
    .replace(/(<ds:X509Certificate>)([^<]*)/g, (_, tag: string, text: string) =>
      tag.concat(text.replace(/\s/g, '')),
    )

type Envelope = Awaited<ReturnType<typeof readEnvelope>>

async function readEnvelope(incoming: IncomingMessage) {
  const isRedirect = incoming.method === 'GET'
  const [, query = ''] = (incoming.url ?? '').split('?')
  const text = isRedirect ? query : Buffer.concat(await incoming.toArray()).toString()
  const fields = new URLSearchParams(text)
  const values = Object.fromEntries(fields)
  // The octets that a redirect's signature is over, as they came (SAML Bindings 2.0 §3.4.4.1).
  const octetString = query.replace(/&Signature=[^&]*/, '')
  return {
    binding: isRedirect ? 'redirect' : 'post',
    fields,
    relayState: fields.get('RelayState') ?? '',
    request: isRedirect ? { query: values, octetString } : { body: values },
  } as const
}
