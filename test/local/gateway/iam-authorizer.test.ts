import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { startGateway } from '#local/gateway/gateway.ts'
import { requestSigner } from '#shared/aws/request-signer.ts'

const operator = {
  accessKeyId: 'operator',
  secretAccessKey: 'local',
  region: 'us-east-1',
  accountId: '000000000000',
}
const route = { routeKey: 'POST /operator/{proxy+}', functionName: 'orgs' } as const

type Sent = { path: string; headers: Record<string, string>; body: string; method: string }
type Credentials = { accessKeyId: string; secretAccessKey: string }

const wanted = { path: '/operator/orgs/org_1?name=Acme%20%26%20Co&limit=5', body: '{"a":1}' }

/** A request as the operator signs it, for the address of the gateway. */
async function signed(
  url: string,
  { minutesOff = 0, region = 'us-east-1', credentials = operator, sendsBodyHash = false }: Options,
): Promise<Sent> {
  const { host } = new URL(url)
  const signer = requestSigner({ credentials, region, sendsBodyHash })
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/operator/orgs/org_1',
      query: { name: 'Acme & Co', limit: '5' },
      headers: { host, 'content-type': 'application/json', 'x-amz-meta': 'one' },
      body: wanted.body,
    },
    { signingDate: new Date(Date.now() + minutesOff * 60_000) },
  )
  return { ...wanted, method: 'POST', headers }
}

type Options = {
  minutesOff?: number
  region?: string
  credentials?: Credentials
  sendsBodyHash?: boolean
}

/** Sends a request through a gateway whose one function answers with its event. */
async function answerTo(
  tamper: (sent: Sent) => Partial<Sent>,
  options: Options = {},
  settings: { operator?: typeof operator } = { operator },
) {
  const gateway = await startGateway({ port: 0, ...settings })
  gateway.serve([{ ...route, isByIam: true }], async (_, event) => ({ payload: event }))
  try {
    const sent = await signed(gateway.url, options)
    const { path, headers, body, method } = { ...sent, ...tamper(sent) }
    const { hostname, port } = new URL(gateway.url)
    const request = httpRequest({ hostname, port, method, path, headers, agent: false })
    request.end(body)
    const [response] = await once(request, 'response')
    return { status: Number(response.statusCode), body: JSON.parse(await text(response)) }
  } finally {
    await gateway.stop()
  }
}

const asSigned = () => ({})

describe('a route that IAM authorizes', () => {
  for (const sendsBodyHash of [false, true]) {
    test(`is open to the operator, ${sendsBodyHash ? 'with' : 'without'} the body's hash as a header`, async () => {
      const { status, body } = await answerTo(asSigned, { sendsBodyHash })
      assert.equal(status, 200)
      assert.deepEqual(body.requestContext.authorizer, {
        iam: {
          accessKey: 'operator',
          accountId: '000000000000',
          callerId: 'operator',
          cognitoIdentity: null,
          principalOrgId: '',
          userArn: 'arn:aws:iam::000000000000:user/operator',
          userId: 'operator',
        },
      })
    })
  }

  test('takes a clock that is almost five minutes off, either way', async () => {
    for (const minutesOff of [-4.9, 4.9]) {
      assert.equal((await answerTo(asSigned, { minutesOff })).status, 200)
    }
  })

  test('takes a query in another order, as it says the same', async () => {
    const reordered = { path: '/operator/orgs/org_1?limit=5&name=Acme%20%26%20Co' }
    assert.equal((await answerTo(() => reordered)).status, 200)
  })

  const withHeaders = (change: Record<string, string>) => (sent: Sent) => ({
    headers: { ...sent.headers, ...change },
  })
  const authorization =
    (from: string | RegExp, to: string | ((text: string) => string)) => (sent: Sent) => ({
      headers: {
        ...sent.headers,
        authorization: String(sent.headers['authorization']).replace(from, to as string),
      },
    })
  const refused: [string, (sent: Sent) => Partial<Sent>, Options?][] = [
    ['that nobody signed', ({ headers: { authorization: _, ...headers } }) => ({ headers })],
    ['with another body', () => ({ body: '{"a":2}' })],
    ['with no body', () => ({ body: '' })],
    [
      'with another body, whose hash is the one that was signed',
      () => ({ body: '{"a":2}' }),
      { sendsBodyHash: true },
    ],
    ['with another path', () => ({ path: wanted.path.replace('org_1', 'org_2') })],
    ['with dots in its path', () => ({ path: wanted.path.replace('/org_1', '/./org_1') })],
    ['with an empty segment', () => ({ path: wanted.path.replace('/orgs', '//orgs') })],
    ['with another query', () => ({ path: wanted.path.replace('limit=5', 'limit=6') })],
    ['with a query of more', () => ({ path: `${wanted.path}&limit=6` })],
    ['with a signature in its query', () => ({ path: `${wanted.path}&X-Amz-Signature=0` })],
    ['with another header', withHeaders({ 'content-type': 'text/plain' })],
    ['with another host', withHeaders({ host: 'signin.vendor.example' })],
    ['with an x-amz header that is not signed', withHeaders({ 'x-amz-more': 'two' })],
    ['with another x-amz header', withHeaders({ 'x-amz-meta': 'two' })],
    ['without its date', ({ headers: { 'x-amz-date': _, ...headers } }) => ({ headers })],
    ['with another date', withHeaders({ 'x-amz-date': '20260101T000000Z' })],
    ['with a date that there is not', withHeaders({ 'x-amz-date': '20261399T000000Z' })],
    ['whose host is not signed', authorization('host;', '')],
    ['that names a header that was not sent', authorization('host;', 'host;x-none;')],
    ['with a signature changed', authorization(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['with a short signature', authorization(/..$/, '')],
    ['for another service', authorization('/execute-api/', '/s3/')],
    ['of long ago', asSigned, { minutesOff: -5.1 }],
    ['of later', asSigned, { minutesOff: 5.1 }],
    ['for another region', asSigned, { region: 'eu-west-1' }],
    ['by another key', asSigned, { credentials: { ...operator, accessKeyId: 'saml-acs' } }],
    ['with another secret', asSigned, { credentials: { ...operator, secretAccessKey: 'x' } }],
  ]
  for (const [name, tamper, options] of refused) {
    test(`refuses a request ${name} as API Gateway does`, async () => {
      const { status, body } = await answerTo(tamper, options)
      assert.equal(status, 403)
      assert.deepEqual(body, { message: 'Forbidden' })
    })
  }

  test('is closed where there is no operator', async () => {
    assert.equal((await answerTo(asSigned, {}, {})).status, 403)
  })
})
