import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { people } from '#local/demo/people.ts'
import { newProviderKey } from '#local/demo/provider-key.ts'
import { audienceOf, samlProvider } from '#local/demo/saml-provider.ts'
import { functionLog } from '#local/function-log.ts'
import { listen } from '#local/listen.ts'
import { readStartOptions } from '#local/start-options.ts'
import { isRunning, runToEnd, type Started, startProcess } from './start-process.ts'

const [ada, zoe] = people
assert.ok(ada && zoe)
const temporary = () => mkdtempDisposableSync(join(tmpdir(), 'latchkey-start-test-'))

describe('npm start with a seed file', () => {
  const folder = temporary()
  const credential = `cred_${'0'.repeat(32)}_${'A'.repeat(43)}`
  const organizationId = `org_${'1'.repeat(32)}`
  const providerIds = [`idp_${'2'.repeat(32)}`, `idp_${'3'.repeat(32)}`] as const
  let provider: ReturnType<typeof samlProvider>
  let started: Started

  before(async () => {
    provider = samlProvider('https://idp.acme.example', await newProviderKey())
    writeFileSync(join(folder.path, 'idp.xml'), provider.metadata)
    const metadataFile = 'idp.xml'
    const organization = {
      id: organizationId,
      name: 'Acme',
      domains: ['acme.example'],
      defaultProduct: 'meetings',
      identityProviders: [
        { id: providerIds[0], name: 'Shared', metadataFile },
        { id: providerIds[1], name: 'Own', metadataFile, identifiers: 'organization' },
      ],
    }
    const product = {
      key: 'meetings',
      name: 'Meetings',
      landingUrl: 'https://meetings.example/sign-in',
      credential,
    }
    const seedFile = join(folder.path, 'seed.json')
    writeFileSync(seedFile, JSON.stringify({ organizations: [organization], products: [product] }))
    const log = join(folder.path, 'functions.log')
    const options = ['--memory', '--port', '0', '--seed', seedFile, '--log', log]
    started = await startProcess(...options)
  })
  after(async () => {
    await started.end('SIGKILL')
    folder.remove()
  })

  test('prints what is in the stack, and where', () => {
    const { url, organizations, products, endpoints, aws, mails, logs, ...rest } = started.ready
    const providerAt = (id: string, name: string, base: string) => ({
      id,
      name,
      entityId: 'https://idp.acme.example/metadata',
      loginUrl: `${url}/saml/idps/${id}/login`,
      serviceProvider: {
        entityId: `${base}/sp`,
        acsUrl: `${base}/acs`,
        sloUrl: `${base}/slo`,
        metadataUrl: `${base}/sp`,
      },
    })
    assert.deepEqual(organizations, [
      {
        id: organizationId,
        name: 'Acme',
        domains: ['acme.example'],
        apiKey: organizations[0]?.apiKey,
        identityProviders: [
          providerAt(providerIds[0], 'Shared', `${url}/saml`),
          providerAt(providerIds[1], 'Own', `${url}/saml/${organizationId}`),
        ],
      },
    ])
    const landingUrl = 'https://meetings.example/sign-in'
    assert.deepEqual(products, [{ key: 'meetings', name: 'Meetings', landingUrl, credential }])
    assert.match(aws.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.match(mails, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(logs, join(folder.path, 'functions.log'))
    assert.ok(endpoints.redeem.startsWith(url))
    assert.deepEqual(rest, {})
  })

  for (const [index, person] of [ada, zoe].entries()) {
    const name = index === 0 ? 'the shared identifiers' : 'the identifiers of an organization'
    test(`signs people in through ${name}`, async () => {
      const [organization] = started.ready.organizations
      const { metadataUrl } = organization?.identityProviders[index]?.serviceProvider ?? {}
      const metadata = await fetch(String(metadataUrl))
      const audience = audienceOf(await metadata.text())
      const { acsUrl, samlResponse } = await provider.respond(person, audience)
      const fields = { SAMLResponse: samlResponse, RelayState: 'https://meetings.example/rooms/1' }
      const signIn = await fetch(acsUrl, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      })
      assert.equal(signIn.status, 303, await signIn.text())
      const location = new URL(signIn.headers.get('location') ?? '')
      assert.equal(location.searchParams.get('target'), '/rooms/1')
      const redeemed = await fetch(started.ready.endpoints.redeem, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}` },
        body: new URLSearchParams({ token: location.searchParams.get('token') ?? '' }),
      })
      assert.equal(redeemed.status, 200)
      const { id_token: jwt } = (await redeemed.json()) as { id_token: string }
      const claims = decodeJwt(jwt)
      assert.deepEqual(
        [claims['org'], claims['idp'], claims['email'], claims['name']],
        [organizationId, providerIds[index], person.email, person.displayName],
      )
    })
  }

  test('writes what functions log to the file that it names', () => {
    const lines = readFileSync(started.ready.logs, 'utf8').trim().split('\n')
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const codes = logged.map((line) => [
      line['function'],
      (line['message'] as { code: string }).code,
    ])
    assert.ok(codes.some(([name, code]) => name === 'saml-acs' && code === 'sign_in_succeeded'))
  })

  test('prints one line to stdout, and ends everything when it is interrupted', async () => {
    const processIds = started.processIds()
    assert.ok(processIds.length > 1, 'it has started DynamoDB Local')
    const { code, stdout, stderr } = await started.end('SIGINT')
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), started.ready)
    assert.equal(stdout.split('\n').length, 2)
    assert.equal(stderr, '')
    assert.deepEqual(processIds.filter(isRunning), [])
    await assert.rejects(fetch(started.ready.url))
  })
})

test('npm start keeps its demo over a restart, and reports a part of it that dies', async () => {
  using folder = temporary()
  const options = ['--data', folder.path, '--port', '0']
  const first = await startProcess(...options)
  const [product] = first.processIds('product.ts')
  process.kill(Number(product), 'SIGKILL')
  const firstIds = first.processIds()
  const firstEnd = await first.end('SIGTERM')
  const second = await startProcess(...options, '--assembly', join(folder.path, 'assembly'))
  const secondIds = second.processIds()
  const product2 = await fetch(`${second.ready.demo?.productUrl}/`)
  await second.end('SIGTERM')
  assert.match(firstEnd.stderr, /^The demo product has ended unexpectedly \(SIGKILL\)\n$/)
  assert.deepEqual([...firstIds, ...secondIds].filter(isRunning), [])
  assert.deepEqual(second.ready.demo, first.ready.demo)
  assert.deepEqual(withoutPort(second.ready), withoutPort(first.ready))
  assert.match(await product2.text(), /Sign in with Acme/)
})

/** What must be the same although the addresses of the API differ. */
const withoutPort = ({ url, organizations, products }: Started['ready']) =>
  JSON.parse(JSON.stringify({ organizations, products }).replaceAll(url, '')) as unknown

test('npm start says in one sentence why it cannot start', async () => {
  const other = createServer()
  const port = new URL(await listen(other, { port: 0, host: '127.0.0.1' })).port
  const taken = await runToEnd('local/start.ts', '--memory', '--port', port)
  other.close()
  assert.deepEqual(taken, {
    code: 1,
    signal: null,
    stdout: '',
    stderr: `The HTTP API cannot start (option port): Port ${port} on 127.0.0.1 is already in use: end the program that holds it or choose another port\n`,
  })
})

test('npm start says what is wrong in a seed file before it starts anything', async () => {
  using folder = temporary()
  const file = join(folder.path, 'seed.json')
  writeFileSync(file, '{ "organizations": [], "product": [] }')
  const { code, stdout, stderr } = await runToEnd('local/start.ts', '--memory', '--seed', file)
  const problems = 'products: is missing\nproduct: is no property of a seed file'
  assert.deepEqual(
    { code, stdout, stderr },
    { code: 1, stdout: '', stderr: `${file} is not a seed file:\n${problems}\n` },
  )
})

test('npm start explains its options', async () => {
  const [help, unknown] = await Promise.all([
    runToEnd('local/start.ts', '--help'),
    runToEnd('local/start.ts', '--sede', 'file'),
  ])
  assert.deepEqual([help.code, help.stderr], [0, ''])
  assert.match(help.stdout, /^Usage: npm start -- \[options\]/)
  assert.deepEqual([unknown.code, unknown.stdout], [2, ''])
  assert.equal(unknown.stderr, `Unknown option '--sede'\n\n${help.stdout}`)
})

test('functionLog shows errors, and what is no log line, in the terminal too', (t) => {
  using folder = temporary()
  const shown = t.mock.method(console, 'error', () => {})
  const file = join(folder.path, 'logs', 'functions.log')
  const error = JSON.stringify({ level: 'ERROR', message: 'broken' })
  const text = 'trigger: the queue is gone'
  {
    using log = functionLog(file)
    log.onLog({ functionName: 'jwks', text: JSON.stringify({ level: 'INFO', message: 'fine' }) })
    log.onLog({ functionName: 'jwks', text: error })
    log.onLog({ functionName: 'events-relay', text })
    log.onProblem('AccessDenied')
  }
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => ({ ...(JSON.parse(line) as object), timestamp: undefined })),
    [
      { function: 'jwks', level: 'INFO', message: 'fine', timestamp: undefined },
      { function: 'jwks', level: 'ERROR', message: 'broken', timestamp: undefined },
      { function: 'events-relay', message: text, timestamp: undefined },
      { level: 'ERROR', message: 'AccessDenied', timestamp: undefined },
    ],
  )
  assert.deepEqual(
    shown.mock.calls.map(({ arguments: [line] }) => line),
    [`jwks | ${error}`, `events-relay | ${text}`, 'AccessDenied'],
  )
})

const wrongOptions = [
  [['--port', 'http'], "--port must be a number from 0 to 65535, not 'http'"],
  [['--port', '65536'], "--port must be a number from 0 to 65535, not '65536'"],
  [['--memory', '--data', 'folder'], '--memory keeps no --data: choose one of them'],
  [
    ['--dns', 'localhost:53'],
    "--dns must be an IP address and a port, such as 127.0.0.1:5353, not 'localhost:53'",
  ],
  [
    ['--dns', '127.0.0.1'],
    "--dns must be an IP address and a port, such as 127.0.0.1:5353, not '127.0.0.1'",
  ],
  [
    ['--dns', '[::1]:65536'],
    "--dns must be an IP address and a port, such as 127.0.0.1:5353, not '[::1]:65536'",
  ],
  [['--seed'], "Option '--seed <value>' argument missing"],
  [['seed.json'], "Unexpected argument 'seed.json'"],
] as const
for (const [args, error] of wrongOptions) {
  test(`readStartOptions refuses ${args.join(' ')}`, () => {
    assert.deepEqual(readStartOptions(args), { ok: false, error })
  })
}

test('readStartOptions takes a DNS server', () => {
  for (const dns of ['127.0.0.1:5353', '[::1]:53']) {
    const options = readStartOptions(['--dns', dns])
    assert.equal(options.ok && options.value.dns, dns)
  }
})

test('readStartOptions knows when there is a demo', () => {
  const hasDemo = (...args: string[]) => {
    const options = readStartOptions(args)
    return options.ok && options.value.hasDemo
  }
  assert.equal(hasDemo(), true)
  assert.equal(hasDemo('--no-demo'), false)
  assert.equal(hasDemo('--seed', 'seed.json'), false)
})
