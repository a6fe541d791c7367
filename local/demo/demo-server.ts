import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '#local/listen.ts'
import type { Html } from './html.ts'

export type DemoRequest = {
  method: string
  url: URL
  /** Fields of a posted form; empty for any other request. */
  form: URLSearchParams
  cookies: ReadonlyMap<string, string>
}

export type DemoResponse = {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: Html | string
}

type Answer = (request: DemoRequest) => Promise<DemoResponse> | DemoResponse

export type DemoPort = {
  /** 0 takes a free one. */
  port: number
  /** Whether any other will do if that one is taken. */
  isPortOptional: boolean
}

/** Starts a server of the demo on 127.0.0.1 and answers its URL. */
export async function startDemoServer(
  { port, isPortOptional }: DemoPort,
  answer: Answer,
): Promise<string> {
  const start = (at: number) =>
    listen(createServer(respondWith(answer)), { port: at, host: '127.0.0.1' })
  try {
    return await start(port)
  } catch (error) {
    if (isPortOptional) return start(0)
    throw error
  }
}

const respondWith = (answer: Answer) => (request: IncomingMessage, response: ServerResponse) => {
  serve(answer, request, response).catch((error: unknown) => {
    console.error(error)
    response.writeHead(500, { 'content-type': 'text/plain' }).end('This demo has a bug.')
  })
}

export const redirect = (location: string, headers: Record<string, string> = {}): DemoResponse => ({
  status: 303,
  headers: { location, ...headers },
})

async function serve(answer: Answer, request: IncomingMessage, response: ServerResponse) {
  const { method = '', headers } = request
  const url = new URL(`http://${headers.host}${request.url}`)
  const form = new URLSearchParams(method === 'POST' ? await readBody(request) : '')
  const answered = await answer({ method, url, form, cookies: cookiesOf(headers.cookie) })
  const { status, body = '' } = answered
  const isPage = typeof body === 'object'
  response.writeHead(status, {
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    ...(isPage && { 'content-type': 'text/html; charset=utf-8' }),
    ...answered.headers,
  })
  response.end(isPage ? body.markup : body)
}

const MAX_BODY = 64 * 1024

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY) throw new Error('a form larger than any of ours')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const cookiesOf = (header = ''): ReadonlyMap<string, string> =>
  new Map(
    header.split(/; */).map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2)
      return [name, value]
    }),
  )
