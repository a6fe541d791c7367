import assert from 'node:assert/strict'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { listen } from '#local/listen.ts'
import { documentFetcher, fetchDocument } from '#shared/net/fetch-document.ts'
import { type Network, networkOf, publicNetwork } from '#shared/net/network.ts'
import { testCertificate, tlsServer } from './tls-server.ts'

const limits = { limitBytes: 1000, timeoutMs: 2000 }
const certificate = await testCertificate('idp.test', 'other.test', 'localhost')

const pages: Readonly<
  Record<string, (response: ServerResponse, request: IncomingMessage) => void>
> = {
  '/': (response) => response.end('<metadata/>'),
  '/server-name': (response, { socket }) => response.end((socket as TLSSocket).servername),
  '/gzip': (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('<metadata/>')),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html/>'),
  '/largest': (response) => response.end('x'.repeat(1000)),
  '/too-large': (response) => response.end('x'.repeat(1001)),
  '/bomb': (response) =>
    response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(20 * 1024 * 1024))),
  '/broken-gzip': (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('not compressed'),
  '/brotli': (response) => response.writeHead(200, { 'content-encoding': 'br' }).end('?'),
  '/error': (response) => response.writeHead(500).end(),
  '/empty': (response) => response.writeHead(204).end(),
  '/nowhere': (response) => response.writeHead(302).end(),
  '/silent': () => {},
  '/slow': (response) => response.write('<meta'),
  '/slow-gzip': (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.write(gzipSync('<metadata/>').subarray(0, 5))
  },
  '/broken': (response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('<meta', () => response.destroy())
  },
}

const redirects: Readonly<Record<string, string>> = {
  '/once': '/',
  '/twice': '/once',
  '/thrice': '/twice',
  '/four-times': '/thrice',
  '/for-ever': '/for-ever',
  '/to-http': 'http://idp.test/',
  '/to-other-host': 'https://other.test/',
  '/to-other-port': 'https://idp.test/',
  '/to-credentials': 'https://me:secret@idp.test/',
  '/to-file': 'file:///etc/passwd',
  '/to-nothing': 'https://',
  '/to-address': 'https://10.0.0.1/',
  '/to-mapped-address': 'https://[::ffff:127.0.0.1]/',
  '/to-metadata-service': 'https://metadata.test/latest/meta-data/',
}

const answer = (request: IncomingMessage, response: ServerResponse) => {
  const { url = '' } = request
  const location = redirects[url]
  if (location !== undefined) {
    response.writeHead(302, { location, 'set-cookie': 'session=1' }).end('moved')
  } else {
    const page = pages[url]
    if (page) page(response, request)
    else response.writeHead(404).end()
  }
}

type Server = Awaited<ReturnType<typeof tlsServer>>

/** Every name is this machine, but for the one of a metadata service. */
const network: Network = {
  async resolve(hostname) {
    return hostname === 'metadata.test' ? ['169.254.169.254'] : ['127.0.0.1']
  },
  isAllowed: (address) => address === '127.0.0.1',
  ca: [certificate.cert],
}

describe('documentFetcher', () => {
  let server: Server
  let plain: ReturnType<typeof createHttpServer>
  let plainUrl: string
  before(async () => {
    server = await tlsServer(certificate, answer)
    plain = createHttpServer((_, response) => response.end('plain'))
    plainUrl = await listen(plain, { port: 0, host: '127.0.0.1' })
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    plain.close()
    plain.closeAllConnections()
  })

  const urlOf = (path: string, host = 'idp.test') => `https://${host}:${server.port}${path}`
  const get = async (path: string, changed: Partial<Network> = {}, host?: string) => {
    const fetched = await documentFetcher({ ...network, ...changed })(urlOf(path, host), limits)
    return fetched.ok ? fetched.value.toString() : fetched.error
  }

  const downloads = [
    ['a document', '/', '<metadata/>'],
    ['a compressed one', '/gzip', '<metadata/>'],
    ['whatever its type', '/page', '<html/>'],
    ['one as large as allowed', '/largest', 'x'.repeat(1000)],
    ['by the name, not by the address', '/server-name', 'idp.test'],
    ['behind three redirects', '/thrice', '<metadata/>'],
  ] as const
  for (const [name, path, document] of downloads) {
    test(`downloads ${name}`, async () => {
      assert.equal(await get(path), document)
    })
  }

  const refused = [
    ['one that is too large', '/too-large', 'too_large'],
    ['one that is too large unpacked', '/bomb', 'too_large'],
    ['a broken compression', '/broken-gzip', 'unreachable'],
    ['a compression that we did not ask for', '/brotli', 'encoding_unknown'],
    ['an error', '/error', 'status_500'],
    ['what is not there', '/missing', 'status_404'],
    ['no content', '/empty', 'status_204'],
    ['a redirect to nowhere', '/nowhere', 'status_302'],
    ['half a document', '/broken', 'unreachable'],
    ['four redirects', '/four-times', 'redirect_forbidden'],
    ['redirects without end', '/for-ever', 'redirect_forbidden'],
    ['a redirect to http', '/to-http', 'redirect_forbidden'],
    ['a redirect with credentials', '/to-credentials', 'redirect_forbidden'],
    ['a redirect to a file', '/to-file', 'redirect_forbidden'],
    ['a redirect to what is no URL', '/to-nothing', 'redirect_forbidden'],
    ['a redirect to a private address', '/to-address', 'address_forbidden'],
    ['a redirect to a mapped address', '/to-mapped-address', 'address_forbidden'],
    ['a redirect to a metadata service', '/to-metadata-service', 'address_forbidden'],
  ] as const
  for (const [name, path, cause] of refused) {
    test(`refuses ${name}`, async () => {
      const error = await get(path)
      assert.equal(typeof error === 'string' ? 'accepted' : error.cause, cause)
    })
  }

  describe('on one host', () => {
    const onHost = async (path: string, host?: string) => {
      const fetched = await documentFetcher(network)(urlOf(path, host), {
        ...limits,
        staysOnHost: true,
      })
      return fetched.ok ? fetched.value.toString() : fetched.error
    }

    test('follows redirects there', async () => {
      assert.equal(await onHost('/thrice'), '<metadata/>')
    })

    test('goes nowhere else, and says where it was sent', async () => {
      const before = server.connections()
      const got = (path: string) => onHost(path).then((error) => error)
      const elsewhere = { cause: 'redirect_elsewhere', got: 'other.test' }
      assert.deepEqual(await got('/to-other-host'), elsewhere)
      assert.deepEqual(await got('/to-other-port'), { ...elsewhere, got: 'idp.test' })
      assert.deepEqual(await got('/to-address'), { ...elsewhere, got: '10.0.0.1' })
      assert.deepEqual(await got('/to-http'), { cause: 'redirect_forbidden', got: 'url_not_https' })
      assert.equal(server.connections(), before + 4)
    })
  })

  test('speaks https at another port where this machine stands for the Internet', async () => {
    const fetch = documentFetcher({ ...network, httpsPort: server.port })
    const fetched = await fetch('https://idp.test/', limits)
    assert.equal(fetched.ok && fetched.value.toString(), '<metadata/>')
    const named = await fetch(urlOf('/server-name'), limits)
    assert.equal(named.ok && named.value.toString(), 'idp.test')
  })

  for (const path of ['/silent', '/slow', '/slow-gzip']) {
    test(`ends in time when the server is ${path.slice(1)}`, async () => {
      const fetched = await documentFetcher(network)(urlOf(path), { ...limits, timeoutMs: 150 })
      assert.deepEqual(fetched, { ok: false, error: { cause: 'timeout', want: '150 ms' } })
    })
  }

  test('ends in time when the name is not resolved', async () => {
    const silent = { ...network, resolve: () => new Promise<never>(() => {}) }
    const fetched = await documentFetcher(silent)(urlOf('/'), { ...limits, timeoutMs: 50 })
    assert.deepEqual(fetched, { ok: false, error: { cause: 'timeout', want: '50 ms' } })
  })

  test('sends no cookies, also not those that a redirect has set', async () => {
    server.received.length = 0
    await get('/once')
    assert.deepEqual(
      server.received.map(({ url, headers }) => [url, headers.host, headers.cookie]),
      [
        ['/once', `idp.test:${server.port}`, undefined],
        ['/', `idp.test:${server.port}`, undefined],
      ],
    )
    const sent = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']
    assert.deepEqual(new Set(Object.keys(server.received[0]?.headers ?? {})), new Set(sent))
  })

  test('verifies the certificate for the name', async () => {
    assert.deepEqual(await get('/', {}, 'stranger.test'), {
      cause: 'tls_failed',
      got: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })

  test('trusts no certificate but those of known authorities', async () => {
    const { resolve, isAllowed } = network
    const fetched = await documentFetcher({ resolve, isAllowed })(urlOf('/'), limits)
    assert.equal(fetched.ok ? 'accepted' : fetched.error.cause, 'tls_failed')
  })

  test('refuses a server that does not speak https', async () => {
    const { port } = new URL(plainUrl)
    const named = await documentFetcher(network)(`https://idp.test:${port}/`, limits)
    assert.equal(named.ok ? 'accepted' : named.error.cause, 'tls_failed')
  })

  test('refuses a name of which one address is forbidden', async () => {
    const before = server.connections()
    const error = await get('/', { resolve: async () => ['127.0.0.1', '10.0.0.1'] })
    assert.deepEqual(error, { cause: 'address_forbidden' })
    assert.equal(server.connections(), before)
  })

  test('refuses a name without address', async () => {
    assert.deepEqual(await get('/', { resolve: async () => [] }), { cause: 'unreachable' })
  })

  test('says that a name is not known', async () => {
    const { resolve } = publicNetwork
    const error = await get('/', { resolve }, 'no-such-name.invalid')
    assert.ok(typeof error !== 'string')
    assert.equal(error.cause, 'unreachable')
    assert.match(error.got ?? '', /^(?:ENOTFOUND|EAI_AGAIN)$/)
  })

  test('tries the next address when nobody is at the first', async () => {
    const resolve = async () => ['127.0.0.3', '127.0.0.1']
    assert.equal(await get('/', { resolve, isAllowed: () => true }), '<metadata/>')
  })

  test('says that nobody is at any address', async () => {
    const resolve = async () => ['127.0.0.3', '127.0.0.4']
    assert.deepEqual(await get('/', { resolve, isAllowed: () => true }), {
      cause: 'unreachable',
      got: 'ECONNREFUSED',
    })
  })

  test('connects to the addresses that were judged when a name changes meanwhile', async () => {
    const answers = ['127.0.0.1', '127.0.0.2']
    let questions = 0
    const resolve = async () => [answers[questions++] ?? '127.0.0.2']
    await using inner = await tlsServer(certificate, (_, response) => response.end('secret'), {
      host: '127.0.0.2',
      port: server.port,
    })
    assert.equal(await get('/', { resolve }), '<metadata/>')
    assert.equal(questions, 1)
    questions = 0
    assert.deepEqual(await get('/once', { resolve }), { cause: 'address_forbidden' })
    assert.equal(questions, 2)
    assert.equal(inner.connections(), 0)
  })
})

const never: Network = {
  resolve: () => assert.fail('no name may be resolved'),
  isAllowed: () => assert.fail('no address may be judged'),
}
const refusedUrls = [
  ['http', 'http://idp.test/', 'url_not_https'],
  ['a file', 'file:///etc/passwd', 'url_not_https'],
  ['a script', 'javascript:alert(1)', 'url_not_https'],
  ['credentials', 'https://me@idp.test/', 'url_credentials'],
  ['a password', 'https://:secret@idp.test/', 'url_credentials'],
  ['no URL', 'idp.test/metadata', 'url_malformed'],
  ['nothing', '', 'url_malformed'],
  ['a long URL', `https://idp.test/${'a'.repeat(2048)}`, 'url_too_long'],
] as const
for (const [name, url, cause] of refusedUrls) {
  test(`documentFetcher refuses ${name} before it asks anybody`, async () => {
    const fetched = await documentFetcher(never)(url, limits)
    assert.equal(fetched.ok ? 'accepted' : fetched.error.cause, cause)
  })
}

test('documentFetcher answers any text as address', async () => {
  const nobody = { ...network, resolve: async () => [], isAllowed: () => false }
  const texts = fc.oneof(fc.string(), fc.webUrl(), fc.webUrl({ validSchemes: ['https'] }))
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const fetched = await documentFetcher(nobody)(text, limits)
      assert.match(fetched.ok ? 'accepted' : fetched.error.cause, /^(?:url_|unreachable|address_)/)
    }),
  )
})

const forbidden = [
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://[::1]/',
  'https://[::ffff:7f00:1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[fd00:ec2::254]/latest/meta-data/',
  'https://10.0.0.1:8443/',
  'https://0.0.0.0/',
  'https://localhost/',
  'https://１２７.0.0.1/',
] as const
for (const url of forbidden) {
  test(`fetchDocument refuses ${url}`, async () => {
    assert.deepEqual(await fetchDocument(url, limits), {
      ok: false,
      error: { cause: 'address_forbidden' },
    })
  })
}

describe('networkOf', () => {
  test('is the Internet by default', () => {
    assert.equal(networkOf({}), publicNetwork)
    assert.equal(networkOf({ LOCAL_FETCH_CA: '' }), publicNetwork)
    assert.equal(publicNetwork.isAllowed('not an address'), false)
  })

  test('adds this machine and its authority where the local stack says so', async () => {
    await using server = await tlsServer(certificate, answer)
    const local = networkOf({ LOCAL_FETCH_CA: certificate.cert })
    const fetched = await documentFetcher(local)(`https://localhost:${server.port}/`, limits)
    assert.equal(fetched.ok && fetched.value.toString(), '<metadata/>')
    assert.deepEqual(
      ['127.0.0.2', '::1', '8.8.8.8', '10.0.0.1', '169.254.169.254', '127.evil'].map(
        local.isAllowed,
      ),
      [true, true, true, false, false, false],
    )
  })
})
