import type { IncomingMessage, ServerResponse } from 'node:http'
import { testCertificate, tlsServer } from '#test/shared/net/tls-server.ts'

let certificate: ReturnType<typeof testCertificate> | undefined

/** What the servers of this process have for https; the stack of the flow tests trusts it. */
export function metadataCertificate() {
  certificate ??= testCertificate('localhost', '*.proof.example')
  return certificate
}

/** Serves metadata at an https address, as a provider does; what it serves can be changed. */
export async function metadataServer(first: string) {
  const state = { document: first, status: 200 }
  const answer = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(state.status, { 'content-type': 'application/samlmetadata+xml' })
    response.end(state.document)
  }
  const server = await tlsServer(await metadataCertificate(), answer)
  return {
    url: `https://localhost:${server.port}/metadata`,
    state,
    received: server.received,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
