import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import { listen } from '#local/listen.ts'

/** A certificate for names of tests, which is its own authority. */
export async function testCertificate(...names: string[]) {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'test' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  })
  return { cert, key }
}

export type Received = { url: string | undefined; headers: IncomingMessage['headers'] }

/** An https server on a loopback address, which remembers what it was asked. */
export async function tlsServer(
  certificate: { cert: string; key: string },
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { host = '127.0.0.1', port = 0 } = {},
) {
  const received: Received[] = []
  let connections = 0
  const listener: RequestListener = (request, response) => {
    received.push({ url: request.url, headers: request.headers })
    answer(request, response)
  }
  const server = createServer(certificate, listener).on('connection', () => {
    connections += 1
  })
  const url = await listen(server, { port, host })
  return {
    port: Number(new URL(url).port),
    received,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
