import { join } from 'node:path'
import {
  type DemoPort,
  type DemoRequest,
  type DemoResponse,
  startDemoServer,
} from './demo-server.ts'
import { postPage, refusalPage, signInPage, startPage } from './identity-provider-pages.ts'
import { followParent, introduce, startOptions } from './parent.ts'
import { people } from './people.ts'
import { providerKey } from './provider-key.ts'
import { type Audience, audienceOf, type SamlProvider, samlProvider } from './saml-provider.ts'

/** In `folder` the key is kept; without it, there is a new one each time. */
export type IdentityProviderOptions = DemoPort & { folder?: string }
export type IdentityProviderDetails = { url: string; metadata: string }
export type IdentityProviderSettings = {
  /** Address of the metadata of the service provider that it answers. */
  serviceProviderMetadataUrl: string
  productUrl: string
}

/** What a request is answered with: all of it is there once the parent has sent the settings. */
type Context = { provider: SamlProvider; settings: IdentityProviderSettings }

followParent()
const context = Promise.withResolvers<Context>()
const provider = Promise.withResolvers<SamlProvider>()
const settings = await introduce<IdentityProviderDetails, IdentityProviderSettings>(async () => {
  const { folder, ...port } = startOptions<IdentityProviderOptions>()
  const key = await providerKey(folder && join(folder, 'demo-provider-key.json'))
  const url = await startDemoServer(port, async (request) => answer(request, await context.promise))
  const started = samlProvider(url, key)
  provider.resolve(started)
  return { url, metadata: started.metadata }
})
context.resolve({ provider: await provider.promise, settings })

function answer(request: DemoRequest, here: Context): Promise<DemoResponse> | DemoResponse {
  const { method, url } = request
  switch (`${method} ${url.pathname}`) {
    case 'GET /':
      return startPage(here.settings.productUrl)
    case 'GET /metadata':
      return metadataDocument(here.provider)
    case 'GET /sso':
      return askWhoItIs(url.searchParams, here)
    case 'POST /sso':
      return answerRequest(request.form, here)
    case 'POST /start':
      return startUnasked(request.form, here)
    default:
      return refusalPage(404, 'There is no such page.')
  }
}

const metadataDocument = ({ metadata }: SamlProvider): DemoResponse => ({
  status: 200,
  headers: { 'content-type': 'application/samlmetadata+xml; charset=utf-8' },
  body: metadata,
})

async function askWhoItIs(query: URLSearchParams, here: Context): Promise<DemoResponse> {
  const request = await here.provider.readRequest(query, await audience(here)).catch(reasonOf)
  return typeof request === 'string' ? refusalPage(400, request) : signInPage(query)
}

async function answerRequest(form: URLSearchParams, here: Context): Promise<DemoResponse> {
  const us = await audience(here)
  const request = await here.provider.readRequest(form, us).catch(reasonOf)
  if (typeof request === 'string') return refusalPage(400, request)
  return respond(form, here, request.id)
}

const startUnasked = (form: URLSearchParams, here: Context) => respond(form, here)

async function respond(form: URLSearchParams, here: Context, inResponseTo?: string) {
  const person = people.find(({ id }) => id === form.get('person'))
  if (!person) return refusalPage(400, 'Nobody was chosen.')
  const relayState = form.get('RelayState')
  const { acsUrl, samlResponse } = await here.provider.respond(
    person,
    await audience(here),
    inResponseTo,
  )
  return postPage(acsUrl, {
    SAMLResponse: samlResponse,
    ...(relayState && { RelayState: relayState }),
  })
}

/** Read anew each time: it is one request on this machine, and always what is true. */
async function audience({ settings: { serviceProviderMetadataUrl } }: Context): Promise<Audience> {
  const response = await fetch(serviceProviderMetadataUrl)
  if (!response.ok) throw new Error(`${serviceProviderMetadataUrl} answers ${response.status}`)
  return audienceOf(await response.text())
}

const reasonOf = (error: unknown) =>
  `This is not a request that can be answered: ${error instanceof Error ? error.message : error}`
