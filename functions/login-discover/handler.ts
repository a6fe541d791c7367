import { dynamoDiscovery } from '#shared/aws/discovery-store.ts'
import { endpoint } from '#shared/http/endpoint.ts'
import { readEnv } from '#shared/http/env.ts'
import { askPage, choosePage, nobodyPage } from '#shared/http/login-pages.ts'
import { problem } from '#shared/http/problem.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { type HttpResponse, json, seeOther } from '#shared/http/respond.ts'
import {
  type DiscoveryStore,
  discoverProviders,
  discoveryUrl,
  loginUrl,
} from '#shared/login/discover.ts'
import { readForm, readPage, readQuestion, readStart } from './schema.ts'

type Ports = { discovery: DiscoveryStore; publicUrl: string }

type Answer = (ports: Ports, request: HttpRequest) => HttpResponse | Promise<HttpResponse>

/** Asks for the address. */
const ask: Answer = (_, request) => {
  const wanted = readPage(request)
  return wanted ? askPage(wanted) : askPage({}, true)
}

/** Sends the browser on, without a look at whose address it is. */
const route: Answer = ({ publicUrl }, request) => {
  const form = readForm(request)
  const url = form && discoveryUrl(publicUrl, form.email, form)
  return url === undefined ? askPage(form ?? {}, true) : seeOther(url)
}

/** The same for a product's own page. */
const discover: Answer = ({ publicUrl }, request) => {
  const question = readQuestion(request)
  const url = question && discoveryUrl(publicUrl, question.email, question)
  return url === undefined ? badQuestion : json(200, { url })
}

const badQuestion = problem({
  status: 400,
  cause: 'email_malformed',
  title: 'The body must hold one complete e-mail address',
})

/** Finds the provider of a domain. */
const start: Answer = async ({ discovery, publicUrl }, request) => {
  const asked = readStart(request)
  if (!asked) return nobodyPage()
  const candidates = await discoverProviders(discovery, asked.domain)
  const [only, ...others] = candidates
  if (!only) return nobodyPage()
  return others.length === 0
    ? seeOther(loginUrl(publicUrl, only.id, asked))
    : choosePage(publicUrl, candidates, asked)
}

const answers: Readonly<Record<string, Answer>> = {
  'GET /login': ask,
  'POST /login': route,
  'POST /login/discover': discover,
  'GET /login/start': start,
}

export const discoverHome = (ports: Ports) => async (request: HttpRequest) => {
  const answer = answers[request.routeKey]
  if (!answer) throw new Error(`no such route: ${request.routeKey}`)
  return answer(ports, request)
}

const { DIRECTORY_TABLE, PUBLIC_URL } = readEnv('DIRECTORY_TABLE', 'PUBLIC_URL')
export const handler = endpoint(
  discoverHome({ discovery: dynamoDiscovery(DIRECTORY_TABLE), publicUrl: PUBLIC_URL }),
)
