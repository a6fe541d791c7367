import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type GatewaySettings, startGateway } from '#local/gateway/gateway.ts'
import type { InvokeResult } from '#local/lambda/lambda-protocol.ts'

type Answer = (event: APIGatewayProxyEventV2, functionName: string) => unknown

const asPayload = async (answer: unknown): Promise<InvokeResult> => ({ payload: await answer })

const everyRoute = [{ routeKey: '$default', functionName: 'probe' }]

/** A gateway whose functions are one function of this process. */
async function gatewayOf(
  answer: Answer,
  { routes = everyRoute, ...settings }: Partial<GatewaySettings> & { routes?: Routes } = {},
) {
  const errors: string[] = []
  const gateway = await startGateway({ port: 0, onError: (line) => errors.push(line), ...settings })
  gateway.serve(routes, async (functionName, event) => {
    // Events are JSON when they arrive, so what JSON changes is part of what is tested.
    const received = JSON.parse(JSON.stringify(event)) as APIGatewayProxyEventV2
    return asPayload(answer(received, functionName))
  })
  return { ...gateway, errors, [Symbol.asyncDispose]: gateway.stop }
}

type Routes = { routeKey: string; functionName: string }[]

type Sent = {
  method?: string
  path?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

type Received = { status: number; headers: IncomingHttpHeaders; body: string }

/** Sends a request as it is: fetch would tidy up paths and headers. */
async function send(url: string, { method = 'GET', path = '/', headers = {}, body }: Sent = {}) {
  const { hostname, port } = new URL(url)
  const request = httpRequest({ hostname, port, method, path, headers, agent: false })
  request.end(body)
  const [response] = await once(request, 'response')
  return {
    status: response.statusCode,
    headers: response.headers,
    body: await text(response),
  } as Received
}

/** The event a function gets for a request. */
async function eventOf(sent: Sent, routes?: Routes): Promise<APIGatewayProxyEventV2> {
  await using gateway = await gatewayOf((event) => event, routes ? { routes } : {})
  return JSON.parse((await send(gateway.url, sent)).body)
}

/** The response for an answer of a function. */
async function responseTo(answer: unknown, sent: Sent = {}) {
  await using gateway = await gatewayOf(() => answer)
  const response = await send(gateway.url, sent)
  return { ...response, errors: gateway.errors }
}

test('a request becomes an event in payload format 2.0', async () => {
  const routes = [{ routeKey: 'POST /saml/{organization}/acs', functionName: 'saml-acs' }]
  const event = await eventOf(
    {
      method: 'POST',
      path: '/saml/org_1/acs?a=1&b=2&a=3',
      headers: {
        host: 'signin.vendor.example:3000',
        'user-agent': 'probe/1',
        'content-type': 'application/json',
        cookie: ['one=1; two=2', 'three=3'],
        'x-many': ['a', 'b'],
      },
      body: '{"text":"✓"}',
    },
    routes,
  )
  const { requestContext, headers, ...rest } = event
  const { 'x-amzn-trace-id': traceId, 'x-forwarded-port': port, ...sentHeaders } = headers
  assert.match(String(traceId), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  assert.match(String(port), /^\d+$/)
  assert.deepEqual(sentHeaders, {
    host: 'signin.vendor.example:3000',
    'user-agent': 'probe/1',
    'content-type': 'application/json',
    'content-length': '14',
    'x-many': 'a,b',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
  })
  assert.deepEqual(rest, {
    version: '2.0',
    routeKey: 'POST /saml/{organization}/acs',
    rawPath: '/saml/org_1/acs',
    rawQueryString: 'a=1&b=2&a=3',
    cookies: ['one=1', 'two=2', 'three=3'],
    queryStringParameters: { a: '1,3', b: '2' },
    pathParameters: { organization: 'org_1' },
    body: '{"text":"✓"}',
    isBase64Encoded: false,
  })
  const { time, timeEpoch, requestId, ...context } = requestContext
  assert.match(time, /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/)
  assert.ok(Math.abs(Date.now() - timeEpoch) < 60_000)
  assert.match(requestId, /^[0-9a-f-]{36}$/)
  assert.deepEqual(context, {
    accountId: '000000000000',
    apiId: 'local',
    domainName: 'signin.vendor.example',
    domainPrefix: 'signin',
    http: {
      method: 'POST',
      path: '/saml/org_1/acs',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'probe/1',
    },
    routeKey: 'POST /saml/{organization}/acs',
    stage: '$default',
  })
})

test('what a request does not have, its event does not have', async () => {
  const event = await eventOf({})
  assert.deepEqual(
    Object.keys(event).toSorted((one, other) => one.localeCompare(other)),
    [
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ],
  )
  assert.equal(event.rawQueryString, '')
  assert.equal(event.isBase64Encoded, false)
})

test('a client cannot choose its own content-length or forwarded address', async () => {
  const { headers } = await eventOf({
    method: 'POST',
    headers: {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'transfer-encoding': 'chunked',
    },
    body: 'abc',
  })
  assert.equal(headers['x-forwarded-for'], '203.0.113.9, 127.0.0.1')
  assert.equal(headers['x-forwarded-proto'], 'http')
  assert.equal(headers['content-length'], '3')
  assert.equal(headers['transfer-encoding'], undefined)
})

const bodies: readonly [contentType: string | undefined, isBase64Encoded: boolean][] = [
  ['text/plain', false],
  ['text/xml; charset=utf-8', false],
  ['TEXT/HTML', false],
  ['application/json', false],
  ['Application/JSON ; charset=utf-8', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/x-www-form-urlencoded', true],
  ['application/scim+json', true],
  ['application/samlmetadata+xml', true],
  ['application/jsonp', true],
  ['application/octet-stream', true],
  ['multipart/form-data; boundary=x', true],
  ['', true],
  [undefined, true],
]
for (const [contentType, isBase64Encoded] of bodies) {
  const form = isBase64Encoded ? 'base64' : 'text'
  test(`a body of type ${contentType ?? 'none'} arrives as ${form}`, async () => {
    const body = 'SAMLResponse=PD94%2B&é'
    const headers = contentType === undefined ? {} : { 'content-type': contentType }
    const event = await eventOf({ method: 'POST', headers, body })
    assert.equal(event.isBase64Encoded, isBase64Encoded)
    assert.equal(event.body, isBase64Encoded ? Buffer.from(body).toString('base64') : body)
  })
}

const targets: readonly [target: string, path: string, query?: object][] = [
  ['/plain', '/plain'],
  ['/a%20b/%C3%A9', '/a b/é'],
  ['/a%2Fb', '/a/b'],
  ['/a/../b', '/a/../b'],
  ['//host/a', '//host/a'],
  ['/?empty=&bare', '/', { empty: '', bare: '' }],
  ['/?a=1+2&b=%26%3D&c=?/', '/', { a: '1 2', b: '&=', c: '?/' }],
  ['/?broken=%zz', '/', { broken: '%zz' }],
  ['/?__proto__=x', '/', JSON.parse('{"__proto__":"x"}')],
  ['http://elsewhere.example/a?b=1', '/a', { b: '1' }],
  ['http://elsewhere.example', '/'],
]
for (const [target, path, query] of targets) {
  test(`the target ${target} is read`, async () => {
    const event = await eventOf({ path: target })
    assert.equal(event.rawPath, path)
    assert.equal(event.requestContext.http.path, path)
    assert.deepEqual(event.queryStringParameters, query)
  })
}

for (const target of ['/%', '/%zz', '/%E9', '/%C3', '*']) {
  test(`the target ${target} is a 400`, async () => {
    await using gateway = await gatewayOf(() => 'reached')
    const { status, body } = await send(gateway.url, { method: 'OPTIONS', path: target })
    assert.deepEqual({ status, body }, { status: 400, body: '{"message":"Bad Request"}' })
  })
}

test('each route reaches its function, and nothing else is found', async () => {
  const routes = [
    { routeKey: 'GET /saml/sp', functionName: 'saml-metadata' },
    { routeKey: 'GET /saml/{organization}', functionName: 'organization' },
    { routeKey: 'POST /saml/acs', functionName: 'saml-acs' },
  ]
  await using gateway = await gatewayOf((_, functionName) => functionName, { routes })
  const answered = async (method: string, path: string) => {
    const { status, body } = await send(gateway.url, { method, path })
    return `${status} ${body}`
  }
  const notFound = '404 {"message":"Not Found"}'
  assert.equal(await answered('GET', '/saml/sp'), '200 "saml-metadata"')
  assert.equal(await answered('GET', '/saml/other'), '200 "organization"')
  assert.equal(await answered('POST', '/saml/acs'), '200 "saml-acs"')
  assert.equal(await answered('POST', '/saml/sp'), notFound)
  assert.equal(await answered('GET', '/saml/sp/'), notFound)
  assert.equal(await answered('GET', '/'), notFound)
  assert.equal(await answered('HEAD', '/saml/sp'), '404 ')
})

test('a structured answer is the response', async () => {
  const { status, headers, body } = await responseTo({
    statusCode: 302,
    headers: { Location: 'https://app.example/', 'X-Count': 3, 'Content-Type': 'text/html' },
    cookies: ['a=1; HttpOnly', 'b=2'],
    body: 'moved ✓',
  })
  assert.equal(status, 302)
  assert.equal(body, 'moved ✓')
  assert.equal(headers.location, 'https://app.example/')
  assert.equal(headers['x-count'], '3')
  assert.equal(headers['content-type'], 'text/html')
  assert.deepEqual(headers['set-cookie'], ['a=1; HttpOnly', 'b=2'])
  assert.match(String(headers['apigw-requestid']), /^[0-9a-f-]{36}$/)
})

const answers: readonly [
  name: string,
  answer: unknown,
  status: number,
  type: string,
  body: string,
][] = [
  ['an object', { ok: true }, 200, 'application/json', '{"ok":true}'],
  ['a list', [1, 2], 200, 'application/json', '[1,2]'],
  ['text', 'hello', 200, 'application/json', '"hello"'],
  ['null', null, 200, 'application/json', 'null'],
  ['a status alone', { statusCode: 200 }, 200, 'text/plain; charset=utf-8', ''],
  ['no body', { statusCode: 404, body: null }, 404, 'text/plain; charset=utf-8', ''],
  [
    'base64',
    { statusCode: 200, body: Buffer.from('é').toString('base64'), isBase64Encoded: true },
    200,
    'text/plain; charset=utf-8',
    'é',
  ],
  [
    'its own idea of framing',
    {
      statusCode: 200,
      headers: { 'content-length': '1', 'Transfer-Encoding': 'chunked', connection: 'close' },
      body: 'whole',
    },
    200,
    'text/plain; charset=utf-8',
    'whole',
  ],
]
for (const [name, answer, status, type, body] of answers) {
  test(`an answer of ${name} becomes a response`, async () => {
    const response = await responseTo(answer)
    assert.deepEqual(response.errors, [])
    assert.deepEqual(
      [response.status, response.headers['content-type'], response.body],
      [status, type, body],
    )
  })
}

const malformed: readonly [name: string, answer: object][] = [
  ['a status that is text', { statusCode: '200' }],
  ['no status at all', { statusCode: null }],
  ['a status out of range', { statusCode: 99 }],
  ['an interim status', { statusCode: 101 }],
  ['a fractional status', { statusCode: 200.5 }],
  ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
  ['headers that are a list', { statusCode: 200, headers: { a: ['b'] } }],
  ['a header that splits the response', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  ['a header name with a space', { statusCode: 200, headers: { 'a b': 'c' } }],
  ['cookies that are text', { statusCode: 200, cookies: 'a=1' }],
  ['a cookie that splits the response', { statusCode: 200, cookies: ['a=1\r\nb: c'] }],
  ['a body that is not base64', { statusCode: 200, body: 'é', isBase64Encoded: true }],
]
for (const [name, answer] of malformed) {
  test(`an answer with ${name} is a 500`, async () => {
    const { status, headers, body, errors } = await responseTo(answer, { path: '/x' })
    assert.equal(status, 500)
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(body, '{"message":"Internal Server Error"}')
    assert.match(errors.join('\n'), /^GET \/x: malformed response: /)
  })
}

test('a failed function is a bare 500, and the reason is reported', async () => {
  await using gateway = await gatewayOf(() => null)
  const error = { errorType: 'TypeError', errorMessage: 'x is undefined' }
  gateway.serve(everyRoute, async () => ({ error }))
  const { status, body } = await send(gateway.url, { path: '/x?secret=1' })
  assert.deepEqual({ status, body }, { status: 500, body: '{"message":"Internal Server Error"}' })
  assert.deepEqual(gateway.errors, ['GET /x: TypeError: x is undefined'])
})

test('a caller that throws is a bare 500 too', async () => {
  await using gateway = await gatewayOf(() => null)
  gateway.serve(everyRoute, async () => {
    throw new Error('broken host')
  })
  assert.equal((await send(gateway.url)).status, 500)
  assert.deepEqual(gateway.errors, ['GET /: Error: broken host'])
})

test('an event too large for Lambda is a 413', async () => {
  await using gateway = await gatewayOf(() => null)
  const error = { errorType: 'RequestEntityTooLargeException', errorMessage: 'too large' }
  gateway.serve(everyRoute, async () => ({ error }))
  const { status, body } = await send(gateway.url)
  assert.deepEqual(
    { status, body },
    { status: 413, body: '{"message":"Request Entity Too Large"}' },
  )
})

test('a function that takes too long is a 503', async () => {
  await using gateway = await gatewayOf(() => setTimeout(10_000, null, { ref: false }), {
    integrationTimeoutMs: 30,
  })
  const { status, body } = await send(gateway.url)
  assert.deepEqual({ status, body }, { status: 503, body: '{"message":"Service Unavailable"}' })
  assert.deepEqual(gateway.errors, ['GET /: no answer within 30 ms'])
})

test('a HEAD response has headers and no body', async () => {
  const { status, headers, body } = await responseTo(
    { statusCode: 200, headers: { etag: '"1"' }, body: 'text' },
    { method: 'HEAD' },
  )
  assert.deepEqual([status, headers.etag, body], [200, '"1"', ''])
})

test('requests before serve get a 503', async () => {
  const gateway = await startGateway({ port: 0 })
  const early = await send(gateway.url, { method: 'POST', body: 'x' })
  gateway.serve(everyRoute, async () => ({ payload: 'ready' }))
  const late = await send(gateway.url)
  await gateway.stop()
  assert.deepEqual([early.status, early.body], [503, '{"message":"Service Unavailable"}'])
  assert.deepEqual([late.status, late.body], [200, '"ready"'])
})

// Node sends host and connection by itself: the rest of the 10,240 bytes is padding.
const paddingFor = (url: string, total: number) => {
  const head = `GET / HTTP/1.1\r\nx-padding: \r\nHost: ${new URL(url).host}\r\nConnection: close\r\n`
  return { 'x-padding': 'x'.repeat(total - head.length) }
}
for (const [total, status] of [
  [10_240, 200],
  [10_241, 431],
  [60_000, 431],
] as const) {
  test(`a request line and headers of ${total} bytes are a ${status}`, async () => {
    await using gateway = await gatewayOf(() => null)
    const response = await send(gateway.url, { headers: paddingFor(gateway.url, total) })
    assert.equal(response.status, status)
  })
}

test('a request line longer than that is a 414', async () => {
  await using gateway = await gatewayOf(() => null)
  const { status, body } = await send(gateway.url, { path: `/${'x'.repeat(10_240)}` })
  assert.deepEqual({ status, body }, { status: 414, body: '{"message":"Request-URI Too Long"}' })
})

for (const [size, status] of [
  [10 * 1024 * 1024, 200],
  [10 * 1024 * 1024 + 1, 413],
] as const) {
  test(`a body of ${size} bytes is a ${status}`, async () => {
    await using gateway = await gatewayOf((event) => event.body?.length)
    const headers = { 'content-type': 'text/plain' }
    const body = Buffer.alloc(size, 'x')
    const response = await send(gateway.url, { method: 'POST', headers, body })
    assert.equal(response.status, status)
    if (status === 200) assert.equal(response.body, String(size))
  })
}

test('a client that leaves within its body reaches no function', async () => {
  let invocations = 0
  await using gateway = await gatewayOf(() => {
    invocations += 1
    return null
  })
  const { hostname, port } = new URL(gateway.url)
  const socket = connect(Number(port), hostname)
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this')
  await setTimeout(20)
  socket.resetAndDestroy()
  assert.equal((await send(gateway.url)).status, 200)
  assert.equal(invocations, 1)
  assert.deepEqual(gateway.errors, [])
})

test('a client that leaves before the answer does no harm', async () => {
  const { promise: invoked, resolve: reportInvoked } = Promise.withResolvers<void>()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await using gateway = await gatewayOf(async () => {
    reportInvoked()
    await released
    return 'late'
  })
  const leaving = new AbortController()
  const left = fetch(gateway.url, { signal: leaving.signal })
  await invoked
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
  release()
  assert.equal((await send(gateway.url)).body, '"late"')
})

test('stop ends connections that wait for a function', async () => {
  const { promise: invoked, resolve: reportInvoked } = Promise.withResolvers<void>()
  const gateway = await gatewayOf(() => {
    reportInvoked()
    return setTimeout(10_000, null, { ref: false })
  })
  const waiting = send(gateway.url)
  await invoked
  await Promise.all([gateway.stop(), assert.rejects(waiting, { code: 'ECONNRESET' })])
  await assert.rejects(send(gateway.url), { code: 'ECONNREFUSED' })
})

test('a taken port is one clear sentence', async () => {
  await using gateway = await gatewayOf(() => null)
  const port = Number(new URL(gateway.url).port)
  await assert.rejects(startGateway({ port }), {
    message: `Port ${port} on 127.0.0.1 is already in use: end the program that holds it or choose another port`,
  })
})
