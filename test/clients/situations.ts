import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { testCertificate } from '#test/shared/net/tls-server.ts'
import {
  type Asked,
  type Authority,
  hopUrl,
  json,
  loginToken,
  startAuthority,
} from './authority.ts'
import { type Answer, follow, type Portal, type Settings, type SignedIn } from './portal.ts'

/** A sample, and how a portal with it starts; it may refuse to start with wrong settings. */
export type Client = {
  start: (settings: Settings) => Promise<Portal>
  /** Trusts the certificate of a file, too; left out where there is no way to tell it so. */
  startTrusting?: (settings: Settings, certificateFile: string) => Promise<Portal>
  /** Why what runs it here cannot stop waiting; left out where it can. */
  waitsForever?: string
}

const ssoToken = `sso_${'0123456789abcdef'.repeat(3)}_${'S-_'.repeat(14)}S`
const ada: SignedIn = { email: 'ada.löve+x@portal.example', user_name: 'Ada Löve' }
const traceId = 'trc_0123456789abcdef'
const settingsFor = ({ url }: { url: string }): Settings => ({
  LATCHKEY_URL: url,
  LATCHKEY_SSO_TOKEN: ssoToken,
})

/** The same table for all samples. */
export function holdToSituations(client: Client) {
  const skipSlow = client.waitsForever ?? false

  describe('a portal', () => {
    let authority: Authority
    let portal: Portal
    before(async () => {
      authority = await startAuthority()
      portal = await client.start(settingsFor(authority))
    })
    after(async () => {
      await portal[Symbol.asyncDispose]()
      await authority[Symbol.asyncDispose]()
    })

    /** The answer to a link, and what was asked for it; what must hold of all answers is judged. */
    const visit = async (link: Parameters<typeof follow>[1], reply?: Authority['reply']) => {
      const usual = authority.reply
      authority.asked.length = 0
      if (reply) authority.reply = reply
      const answer = await follow(portal, link)
      authority.reply = usual
      assertDiscreet(answer)
      return { ...answer, asked: [...authority.asked] }
    }

    describe('sends a signed-in user on', () => {
      test('to the address that it was given, and asks with what it has', async () => {
        const got = await visit({ query: 'target=invoices.html', user: ada })
        const fields = { email: String(ada.email), target: 'invoices.html' }
        assert.equal(got.status, 303)
        assertSame(String(got.headers.location), hopUrl(authority.url, fields))
        assert.equal(got.headers['set-cookie'], undefined)
        const [{ method, url, headers, fields: sent } = assert.fail('asked for nothing')] =
          got.asked
        assert.deepEqual([method, url, { ...sent }], ['POST', '/tokens', fields])
        assert.equal(headers.authorization, `Bearer ${ssoToken}`)
        assert.equal(headers.origin, undefined)
        assert.equal(headers.cookie, undefined)
        assert.equal(got.asked.length, 1)
      })

      test('without a target', async () => {
        const got = await visit({ user: ada })
        assert.equal(got.status, 303)
        assert.deepEqual(got.asked[0]?.fields, { email: ada.email })
      })

      test('whom the query calls another', async () => {
        const query = 'email=eve%40elsewhere.example&user_name=eve&identifyBy=user_name'
        const got = await visit({ query, user: ada })
        assert.deepEqual(got.asked[0]?.fields, { email: ada.email })
      })

      test('whose browser says that a link was followed', async () => {
        const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
        assert.equal((await visit({ user: ada, headers })).status, 303)
      })

      const targets = [
        '/a/b?c=d&e=%2f#f',
        'https://evil.example/',
        '//evil.example',
        '..\\..\\%2e%2e/',
        'a b+c"\'<>é中😀',
        'x'.repeat(2048),
      ]
      for (const target of targets) {
        test(`with the target ${target.slice(0, 20)} as it is`, async () => {
          const got = await visit({ query: `target=${encodeURIComponent(target)}`, user: ada })
          assert.equal(got.asked[0]?.fields['target'], target)
        })
      }

      test('whose answer has more in it than is needed', async () => {
        assert.equal((await visit({ user: ada }, padded(16_000))).status, 303)
      })

      test('and nobody else in their place, when many come at once', async () => {
        authority.asked.length = 0
        const emails = Array.from({ length: 12 }, (_, index) => `user${index}@portal.example`)
        const all = await Promise.all(emails.map((email) => follow(portal, { user: { email } })))
        const locations = all.map(({ headers }) => headers.location)
        assert.deepEqual(
          locations,
          emails.map((email) => hopUrl(authority.url, { email })),
        )
      })
    })

    describe('asks for nothing', () => {
      const cases: [string, NonNullable<Parameters<typeof follow>[1]>, number][] = [
        ['when nobody is signed in', { query: 'target=a' }, 403],
        ['for a user named by the query', { query: 'email=eve%40elsewhere.example' }, 403],
        ['for a user without an address', { user: { user_name: 'ada' } }, 403],
        ['for a user with a control character', { user: { email: 'a\r\nX: 1@b.example' } }, 403],
        ['for a user with a long address', { user: { email: `${'a'.repeat(321)}` } }, 403],
        ['for POST', { user: ada, method: 'POST' }, 405],
        ['for HEAD', { user: ada, method: 'HEAD' }, 405],
        ['for a prefetch', { user: ada, headers: { 'sec-purpose': 'prefetch' } }, 403],
        ['for a prerender', { user: ada, headers: { 'sec-purpose': 'prefetch;prerender' } }, 403],
        ['for an older prefetch', { user: ada, headers: { purpose: 'prefetch' } }, 403],
        ["for Firefox's prefetch", { user: ada, headers: { 'x-moz': 'prefetch' } }, 403],
        ['for an image', { user: ada, headers: { 'sec-fetch-mode': 'no-cors' } }, 403],
        ['for a script', { user: ada, headers: { 'sec-fetch-mode': 'cors' } }, 403],
        ['for a long target', { user: ada, query: `target=${'x'.repeat(2049)}` }, 400],
        ['for a target with a line break', { user: ada, query: 'target=a%0d%0aX-Evil:1' }, 400],
        ['for a target with a NUL', { user: ada, query: 'target=a%00b' }, 400],
        ['for a target with a DEL', { user: ada, query: 'target=a%7Fb' }, 400],
      ]
      for (const [name, link, status] of cases) {
        test(name, async () => {
          const got = await visit(link)
          assert.equal(got.status, status)
          assert.equal(got.headers.location, undefined)
          assert.equal(got.asked.length, 0)
          if (status === 405) assert.equal(got.headers.allow, 'GET')
        })
      }

      test('for a method that a header or a field claims', async () => {
        const headers = { 'x-http-method-override': 'GET' }
        const got = await visit({ user: ada, query: '_method=GET', method: 'POST', headers })
        assert.deepEqual([got.status, got.asked.length], [405, 0])
      })
    })

    describe('shows a neutral page', () => {
      const refused = { error: 'access_denied', error_description: 'secret reason' }
      const cases: [string, Authority['reply'], number, RegExp][] = [
        [
          'with the trace id of a refusal',
          json(403, { ...refused, trace_id: traceId }),
          403,
          trace,
        ],
        ['for a target that is refused', json(400, { ...refused, trace_id: traceId }), 403, trace],
        ['for a request that is refused', json(400, refused), 403, noTrace],
        ['without a trace id that is none', json(403, { trace_id: '<script>' }), 403, noTrace],
        [
          'without a trace id that goes on',
          json(403, { trace_id: `${traceId}\n<i>` }),
          403,
          noTrace,
        ],
        ['without a trace id that is no text', json(403, { trace_id: 7 }), 403, noTrace],
        ['for a server that failed', json(500, refused), 502, noTrace],
        ['for a server that forbids otherwise', json(401, refused), 502, noTrace],
        ['for an answer that is no JSON', text(200, `${loginToken} secret reason`), 502, noTrace],
        ['for a list', json(200, [hopUrl('', {})]), 502, noTrace],
        ['for null', json(200, null), 502, noTrace],
        ['for an empty answer', text(200, ''), 502, noTrace],
        ['for a page of something in between', text(403, '<h1>secret reason</h1>'), 403, noTrace],
        ['for an answer without an address', json(200, { token: loginToken }), 502, noTrace],
        ['for an address that is no text', json(200, { url: 7 }), 502, noTrace],
        ['for an answer of more than 16 KiB', padded(16_400), 502, noTrace],
      ]
      for (const [name, reply, status, page] of cases) {
        test(name, async () => {
          const got = await visit({ user: ada }, reply)
          assert.equal(got.status, status)
          assert.match(got.body, /Invalid response/)
          assert.match(got.body, page)
          assert.doesNotMatch(got.body, /secret reason|<script>|<i>/)
          assert.equal(got.headers.location, undefined)
        })
      }

      const elsewhere: [string, (base: string) => string][] = [
        ['another host', () => hopUrl('https://evil.example', {})],
        ['a longer host', (base) => hopUrl(`${base}.evil.example`, {})],
        ['a user name before another host', (base) => hopUrl(`${base}@evil.example`, {})],
        ['another path', (base) => `${base}/other?token=${loginToken}`],
        ['a path that begins alike', (base) => `${base}/sso-other?token=${loginToken}`],
        ['no query', (base) => `${base}/sso`],
        ['another scheme', () => `javascript:alert(1)//${loginToken}`],
        ['a line break', (base) => `${hopUrl(base, {})}\r\nSet-Cookie: a=b`],
        ['a lone line feed at its end', (base) => `${hopUrl(base, {})}\n`],
        ['a space', (base) => `${hopUrl(base, {})} x`],
        ['a character beyond ASCII', (base) => `${hopUrl(base, {})}é`],
        ['no end', (base) => `${hopUrl(base, {})}${'a'.repeat(8192)}`],
      ]
      for (const [name, address] of elsewhere) {
        test(`for an address with ${name}`, async () => {
          const reply = json(200, { token: loginToken, url: address(authority.url) })
          const got = await visit({ user: ada }, reply)
          assert.deepEqual([got.status, got.headers.location], [502, undefined])
          assert.equal(got.headers['set-cookie'], undefined)
        })
      }

      for (const status of [301, 302, 303, 307, 308]) {
        test(`for a redirect by ${status}, which it does not follow`, async () => {
          await using stranger = await startAuthority()
          const location = `${stranger.url}/tokens`
          const got = await visit({ user: ada }, (response) => {
            response.writeHead(status, { location }).end()
          })
          assert.equal(got.status, 502)
          assert.deepEqual([got.asked.length, stranger.asked.length], [1, 0])
        })
      }

      const retries = [
        ['17', '17'],
        [undefined, '60'],
        ['soon', '60'],
        ['12345', '60'],
      ] as const
      for (const [asked, told] of retries) {
        test(`for too many requests, with Retry-After ${told} where it got ${asked}`, async () => {
          const headers: Record<string, string> = asked ? { 'retry-after': asked } : {}
          const got = await visit({ user: ada }, json(429, refused, headers))
          assert.equal(got.status, 503)
          assert.equal(got.headers['retry-after'], told)
        })
      }

      test('for an answer that never ends', { skip: skipSlow }, async () => {
        const started = Date.now()
        const got = await visit({ user: ada }, endless)
        assert.equal(got.status, 502)
        assert.ok(Date.now() - started < PATIENCE_MS)
      })
    })

    test('logs nothing of users and tokens', async () => {
      const log = portal.log()
      for (const secret of [ssoToken.slice(-43), loginToken, 'portal.example', 'Löve']) {
        assert.ok(!log.includes(secret), `the log has ${secret}`)
        assert.ok(!log.includes(encodeURIComponent(secret)), `the log has ${secret}, encoded`)
      }
    })
  })

  describe('a portal', () => {
    const slow: [string, (response: ServerResponse) => void][] = [
      ['says nothing', () => undefined],
      ['sends its head byte by byte', dripHead],
      ['sends its body byte by byte', dripBody],
    ]
    test('waits for five seconds at most, whatever the server does', {
      skip: skipSlow,
    }, async () => {
      await Promise.all(
        slow.map(async ([name, reply]) => {
          await using authority = await startAuthority()
          authority.reply = reply
          await using portal = await client.start(settingsFor(authority))
          await follow(portal) // so that what starts with the first request is not measured
          const started = Date.now()
          const { status } = await follow(portal, { user: ada })
          const took = Date.now() - started
          assert.equal(status, 502, name)
          assert.ok(took > 4500 && took < PATIENCE_MS, `${name}: ${took} ms`)
        }),
      )
    })

    test('gives up where nobody listens', async () => {
      const authority = await startAuthority()
      await authority[Symbol.asyncDispose]()
      await using portal = await client.start(settingsFor(authority))
      assert.equal((await follow(portal, { user: ada })).status, 502)
    })

    test('knows users by name where it is told to', async () => {
      await using authority = await startAuthority()
      const settings = { ...settingsFor(authority), LATCHKEY_IDENTIFY_BY: 'user_name' }
      await using portal = await client.start(settings)
      const { status } = await follow(portal, { user: ada })
      assert.equal(status, 303)
      assert.deepEqual(authority.asked[0]?.fields, { user_name: ada.user_name })
    })

    test('finds the server at a base address with a path and a slash', async () => {
      await using authority = await startAuthority(undefined, '/base/v1')
      const settings = { ...settingsFor(authority), LATCHKEY_URL: `${authority.url}/` }
      await using portal = await client.start(settings)
      const { status, headers } = await follow(portal, { user: ada })
      assert.equal(status, 303)
      assertSame(String(headers.location), hopUrl(authority.url, { email: String(ada.email) }))
      assert.equal(authority.asked[0]?.url, '/base/v1/tokens')
    })

    test('says nothing to a server with a certificate of its own making', async () => {
      await using authority = await startAuthority(await testCertificate('localhost'))
      await using portal = await client.start(settingsFor(authority))
      const { status } = await follow(portal, { user: ada })
      assert.deepEqual([status, authority.asked.length], [502, 0])
    })

    const { startTrusting } = client
    const skip = startTrusting ? false : 'there is no way to make it trust a certificate'
    const trusted = [
      ['says nothing to a server with the certificate of another', 'elsewhere.example', 502, 0],
      ['asks a server with a certificate that it trusts', 'localhost', 303, 1],
    ] as const
    for (const [name, host, status, asked] of trusted) {
      test(name, { skip }, async () => {
        const certificate = await testCertificate(host)
        using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-clients-'))
        const file = join(folder.path, 'ca.pem')
        writeFileSync(file, certificate.cert)
        await using authority = await startAuthority(certificate)
        await using portal = await startTrusting?.(settingsFor(authority), file)
        const answer = await follow(portal ?? assert.fail(), { user: ada })
        assert.deepEqual([answer.status, authority.asked.length], [status, asked])
      })
    }

    const good = settingsFor({ url: 'https://sign-in.example' })
    const wrong: [string, Settings, RegExp][] = [
      ['without settings', {}, /LATCHKEY_URL/],
      ['without an SSO token', { LATCHKEY_SSO_TOKEN: '' }, /LATCHKEY_SSO_TOKEN/],
      [
        'with half an SSO token',
        { LATCHKEY_SSO_TOKEN: ssoToken.slice(0, 60) },
        /LATCHKEY_SSO_TOKEN/,
      ],
      ['with an SSO token and more', { LATCHKEY_SSO_TOKEN: `${ssoToken}\r\nX: 1` }, /SSO_TOKEN/],
      ['with http', { LATCHKEY_URL: 'http://sign-in.example' }, /LATCHKEY_URL/],
      ['with http to a host that begins like this one', evil('http://localhost.'), /LATCHKEY_URL/],
      ['with http to a name that begins alike', evil('http://127.0.0.1.'), /LATCHKEY_URL/],
      ['with a user name in the address', evil('https://sign-in.example@'), /LATCHKEY_URL/],
      [
        'with a query in the address',
        { LATCHKEY_URL: 'https://sign-in.example?a=b' },
        /LATCHKEY_URL/,
      ],
      ['with a line break after the address', evil('https://sign-in.example\n'), /LATCHKEY_URL/],
      ['with another kind of name', { LATCHKEY_IDENTIFY_BY: 'phone' }, /LATCHKEY_IDENTIFY_BY/],
    ]
    for (const [name, change, setting] of wrong) {
      test(`refuses to run ${name}`, async () => {
        const settings = name === 'without settings' ? {} : { ...good, ...change }
        const problem = await problemOf(client, settings)
        assert.match(problem, setting)
        assert.ok(!problem.includes(ssoToken.slice(-43)), 'it tells the SSO token')
      })
    }
  })
}

/** Five seconds, and time for the answer on a busy machine. */
const PATIENCE_MS = 9000
const trace = new RegExp(`<p>Trace: ${traceId}</p>`)
const noTrace = /^(?!.*Trace)/s

const evil = (prefix: string) => ({ LATCHKEY_URL: `${prefix}evil.example` })

const text = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'text/html' }).end(body)
}

/** A good answer of so many bytes. */
const padded =
  (bytes: number) =>
  (response: ServerResponse, { base, fields }: Asked) => {
    const url = hopUrl(base, fields)
    json(200, { url, advice: 'x'.repeat(bytes - JSON.stringify({ url, advice: '' }).length) })(
      response,
    )
  }

/** What must hold of every answer to a browser. */
function assertDiscreet({ status, headers, body }: Answer) {
  assert.match(String(headers['cache-control']), /no-store/)
  assert.equal(headers['referrer-policy'], 'no-referrer')
  for (const secret of [ssoToken.slice(-43), loginToken, 'portal.example']) {
    assert.ok(!body.includes(secret), `the page has ${secret}`)
  }
  if (status === 303) assert.equal(body, '')
  else assert.equal(headers['content-type']?.toLowerCase(), 'text/html; charset=utf-8')
}

/** Two addresses with the same fields; those of a form may come in another order. */
function assertSame(got: string, wanted: string) {
  const [gotUrl, wantedUrl] = [new URL(got), new URL(wanted)]
  gotUrl.searchParams.sort()
  wantedUrl.searchParams.sort()
  assert.equal(gotUrl.href, wantedUrl.href)
}

/** What a sample says of its settings: when it starts, or in its log at the first request. */
async function problemOf(client: Client, settings: Settings): Promise<string> {
  try {
    await using portal = await client.start(settings)
    const { status, body } = await follow(portal, { user: ada })
    assert.equal(status, 500)
    assert.match(body, /not set up yet/)
    assert.doesNotMatch(body, /LATCHKEY|sso_/)
    return portal.log()
  } catch (error) {
    if (error instanceof assert.AssertionError || !(error instanceof Error)) throw error
    return error.message
  }
}

function endless(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'application/json' })
  const part = Buffer.alloc(65_536, ' ')
  every(10, response, () => response.write(part))
}

function dripBody(response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'application/json' })
  every(200, response, () => response.write(' '))
}

function dripHead(response: ServerResponse) {
  response.socket?.write('HTTP/1.1 200 OK\r\nX-Slow: ')
  every(200, response, () => response.socket?.write('a'))
}

function every(milliseconds: number, response: ServerResponse, write: () => void) {
  const timer = setInterval(write, milliseconds)
  response.on('close', () => clearInterval(timer))
}
