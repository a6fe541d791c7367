import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { listen } from '#local/listen.ts'

/** A request as it came in; `fields` are those of its JSON or form. */
export type Asked = {
  /** Of the server that was asked. */
  base: string
  method: string | undefined
  url: string | undefined
  headers: IncomingHttpHeaders
  fields: Record<string, string>
}

type Reply = (response: ServerResponse, asked: Asked) => void

/** Answers as `POST /tokens` does, or as a test wants it to; remembers what it was asked. */
export type Authority = AsyncDisposable & {
  url: string
  asked: Asked[]
  reply: Reply
}

/** Over https with a certificate, over http without one. */
export async function startAuthority(
  certificate?: { cert: string; key: string },
  basePath = '',
): Promise<Authority> {
  const server = certificate ? createTlsServer(certificate) : createServer()
  const origin = await listen(server, { port: 0, host: '127.0.0.1' })
  const host = certificate ? origin.replace('http://127.0.0.1', 'https://localhost') : origin
  const url = host + basePath
  const authority: Authority = {
    url,
    asked: [],
    reply: (response, asked) => issued(url)(response, asked),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path, headers } = request
    const text = Buffer.concat(await request.toArray()).toString()
    const asked = { base: url, method, url: path, headers, fields: fieldsOf(headers, text) }
    authority.asked.push(asked)
    authority.reply(response, asked)
  })
  return authority
}

const fieldsOf = (headers: IncomingHttpHeaders, text: string): Record<string, string> =>
  headers['content-type']?.startsWith('application/json')
    ? JSON.parse(text)
    : Object.fromEntries(new URLSearchParams(text))

/** What a browser is sent to: of the user and the page that were asked for. */
export const hopUrl = (base: string, fields: Record<string, string>) =>
  `${base}/sso?${new URLSearchParams({ token: loginToken, ...fields })}`

/** In every address that is handed out; nowhere else. */
export const loginToken = `${'h'.repeat(75)}.${'s'.repeat(43)}`

const issued =
  (base: string): Reply =>
  (response, { fields }) =>
    json(200, { token: loginToken, expires_in: 20, url: hopUrl(base, fields) })(response)

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
