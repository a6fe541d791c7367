import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { dnsServer, type Zone } from '#test/shared/net/dns-server.ts'
import { tlsServer } from '#test/shared/net/tls-server.ts'
import { metadataCertificate } from './metadata-server.ts'

export type ProofServers = Awaited<ReturnType<typeof proofServers>>

/**
 * The DNS server and the web server of all domains that are proved in tests: names below
 * `proof.example` have a certificate, and what stands there is the test's to say.
 */
export async function proofServers() {
  const files = new Map<string, string | ((response: ServerResponse) => void)>()
  const web = await tlsServer(await metadataCertificate(), ({ url, headers }, response) => {
    const [host = ''] = (headers.host ?? '').split(':')
    const file = url === '/.well-known/latchkey-verification.txt' ? files.get(host) : undefined
    if (typeof file === 'function') file(response)
    else response.writeHead(file === undefined ? 404 : 200).end(file)
  })
  const zone: Zone = {}
  const dns = await dnsServer(zone)
  return {
    dnsServer: dns.address,
    httpsPort: web.port,
    zone,
    files,
    /** A domain that nobody has claimed; it has a web server, without the file. */
    newDomain() {
      const domain = `${randomUUID()}.proof.example`
      zone[domain] = { a: ['127.0.0.1'] }
      return domain
    },
    setTxt(domain: string, ...txt: readonly string[]) {
      zone[domain] = { a: ['127.0.0.1'], txt }
    },
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]()
      await dns[Symbol.asyncDispose]()
    },
  }
}
