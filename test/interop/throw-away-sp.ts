import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import type { HttpSession, Page } from './http-session.ts'
import { type Received, samlifyJudge } from './samlify-judge.ts'
import {
  authnRequest,
  type Binding,
  logoutRequest,
  logoutResponse,
  postForm,
  postPage,
  redirectUrl,
  type SpMessage,
} from './sp-messages.ts'

/** What the service provider needs to know of a provider. */
export type ProviderAddresses = {
  readonly metadataXml: string
  readonly singleSignOnUrl: string
  readonly singleLogoutUrl: string
  /** Where responses go to another address than requests. */
  readonly singleLogoutResponseUrl?: string
}

type Options = {
  readonly logoutBinding?: Binding
  /** Whether it signs its LogoutResponses. */
  readonly signsAnswers?: boolean
}

type SendOptions = { readonly isSigned?: boolean; readonly relayState?: string }

export type ThrowAwaySp = AsyncDisposable & {
  readonly entityId: string
  readonly metadataXml: string
  /** In the order of arrival. */
  readonly received: readonly Received[]
  /** Plays the browser that starts a sign-in, up to the provider's first page. */
  startSignIn(session: HttpSession, binding: Binding, options?: SendOptions): Promise<Page>
  /** Plays the browser that starts the logout of whom it signed in last. */
  startLogout(session: HttpSession, binding: Binding, options?: SendOptions): Promise<Page>
}

/**
 * Starts a service provider with keys of its own, to judge a provider by without our verifier:
 * samlify decrypts what comes and verifies its signature, xml-crypto and node:crypto sign what is
 * sent. Its logout service has one binding.
 */
export async function startThrowAwaySp(
  provider: ProviderAddresses,
  { logoutBinding = 'redirect', signsAnswers = true }: Options = {},
): Promise<ThrowAwaySp> {
  const signing = await generate([{ name: 'commonName', value: 'signs' }], { keySize: 2048 })
  const encryption = await generate([{ name: 'commonName', value: 'decrypts' }], { keySize: 2048 })
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(403).end(`<h1>refused: ${String(error)}</h1>`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [entityId, acsUrl, sloUrl] = [`${origin}/sp`, `${origin}/acs`, `${origin}/slo`]
  const settings = { entityId, acsUrl, sloUrl, logoutBinding, signing, encryption }
  const judge = samlifyJudge(provider.metadataXml, settings)
  const received: Received[] = []

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const message = await judge.read(request)
    received.push(message)
    if (message.type !== 'LogoutRequest') return response.end(`<h1>${message.type} taken</h1>`)
    const destination = provider.singleLogoutResponseUrl ?? provider.singleLogoutUrl
    const reply = logoutResponse({ entityId, destination }, message.id)
    const sent = { ...reply, relayState: message.relayState || undefined }
    const key = signsAnswers ? signing.private : undefined
    if (logoutBinding === 'post') return response.end(postPage(postForm(sent, key)))
    return response.writeHead(303, { location: redirectUrl(sent, key) }).end()
  }

  const send = (
    session: HttpSession,
    binding: Binding,
    sent: SpMessage,
    { isSigned = true, relayState }: SendOptions = {},
  ) => {
    const message = { ...sent, relayState }
    const key = isSigned ? signing.private : undefined
    return binding === 'redirect'
      ? session.open(redirectUrl(message, key))
      : session.submit(postForm(message, key))
  }

  return {
    entityId,
    metadataXml: judge.metadataXml,
    received,
    startSignIn(session, binding, options) {
      const request = authnRequest({ entityId, destination: provider.singleSignOnUrl, acsUrl })
      return send(session, binding, request, options)
    },
    startLogout(session, binding, options) {
      const person = received.findLast(({ type }) => type === 'Response')
      if (person?.type !== 'Response') throw new Error('nobody was signed in')
      const [nameId = ''] = /<saml:NameID\b.*?<\/saml:NameID>/s.exec(person.xml) ?? []
      const from = { entityId, destination: provider.singleLogoutUrl }
      return send(session, binding, logoutRequest(from, nameId, person.sessionIndex), options)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
