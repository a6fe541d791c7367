import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { keys } from '#test/fixtures/saml/keys.ts'
import { signResponse } from '#test/fixtures/saml/sign-response.ts'
import { everythingBut, findTrace } from './directory.ts'
import { landingOf, postResponse, requestIn, startLogin } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

const decode = (response: string) => Buffer.from(response, 'base64').toString()
const encode = (xml: string) => Buffer.from(xml).toString('base64')
const edited = (response: string, edit: (xml: string) => string) => encode(edit(decode(response)))
const hour = 3600_000
const iso = (ms: number) => new Date(Date.now() + ms).toISOString()

type Case = {
  name: string
  cause: string
  status: 400 | 403
  /** Whether the trace is filed under the organization whose provider it is. */
  isAttributed: boolean
  response: (tenant: Tenant) => string
}

const resigned = (edit: (xml: string) => string) => (tenant: Tenant) => tenant.respond({ edit })

const cases: readonly Case[] = [
  {
    name: 'what is not base64',
    cause: 'xml_not_base64',
    status: 400,
    isAttributed: false,
    response: () => '<samlp:Response/>',
  },
  {
    name: 'what is not XML',
    cause: 'xml_not_well_formed',
    status: 400,
    isAttributed: true,
    response: ({ idp }) => encode(`<Issuer>${idp.entityId}</Issuer> hello`),
  },
  {
    name: 'what names no sender',
    cause: 'idp_unknown',
    status: 403,
    isAttributed: false,
    response: () => encode('hello'),
  },
  {
    name: 'more than 256 KB',
    cause: 'xml_too_large',
    status: 400,
    isAttributed: false,
    response: () => encode(`<a>${'x'.repeat(256 * 1024)}</a>`),
  },
  {
    name: 'a document type',
    cause: 'xml_forbidden_construct',
    status: 400,
    isAttributed: true,
    response: (tenant) => edited(tenant.respond(), (xml) => `<!DOCTYPE a>${xml}`),
  },
  {
    name: 'another message',
    cause: 'response_malformed',
    status: 400,
    isAttributed: true,
    response: (tenant) =>
      edited(tenant.respond(), (xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutRequest')),
  },
  {
    name: 'no signature',
    cause: 'signature_missing',
    status: 403,
    isAttributed: true,
    response: (tenant) =>
      edited(tenant.respond(), (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, '')),
  },
  {
    name: 'a changed assertion',
    cause: 'signature_digest',
    status: 403,
    isAttributed: true,
    response: (tenant) => edited(tenant.respond(), (xml) => xml.replace('Lovelace', 'Lovelorn')),
  },
  {
    name: 'a key that is not configured',
    cause: 'signature_invalid',
    status: 403,
    isAttributed: true,
    response: (tenant) =>
      edited(tenant.respond(), (xml) =>
        signResponse(xml.replace(/(<ds:(Digest|Signature)Value>)[^<]*/g, '$1'), {
          key: keys.stranger,
        }),
      ),
  },
  {
    name: 'an expired assertion',
    cause: 'assertion_expired',
    status: 403,
    isAttributed: true,
    response: resigned((xml) =>
      xml.replace(/(<saml:Conditions .*?NotOnOrAfter=")[^"]*/, `$1${iso(-hour)}`),
    ),
  },
  {
    name: 'an assertion for somebody else',
    cause: 'audience',
    status: 403,
    isAttributed: true,
    response: resigned((xml) => xml.replace(/(<saml:Audience>)[^<]*/, '$1https://other.example')),
  },
  {
    name: 'an assertion sent elsewhere',
    cause: 'subject_confirmation_recipient',
    status: 403,
    isAttributed: true,
    response: resigned((xml) => xml.replace(/(Recipient=")[^"]*/, '$1https://other.example/acs')),
  },
  {
    name: 'a response sent elsewhere',
    cause: 'response_destination',
    status: 403,
    isAttributed: true,
    response: resigned((xml) => xml.replace(/(Destination=")[^"]*/, '$1https://other.example/acs')),
  },
  {
    name: 'a failure at the provider, which then asserts nothing',
    cause: 'response_status',
    status: 403,
    isAttributed: true,
    response: (tenant) =>
      edited(tenant.respond(), (xml) =>
        xml
          .replace('status:Success', 'status:Responder')
          .replace(/<saml:Assertion .*<\/saml:Assertion>/s, ''),
      ),
  },
  {
    name: 'a failure at the provider',
    cause: 'response_status',
    status: 403,
    isAttributed: true,
    response: resigned((xml) => xml.replace('status:Success', 'status:Responder')),
  },
  {
    name: 'an unknown provider',
    cause: 'idp_unknown',
    status: 403,
    isAttributed: false,
    response: (tenant) => tenant.respond({ idp: { entityId: 'https://nobody.example' } }),
  },
  {
    name: 'an answer to a request that we never made',
    cause: 'request_unknown',
    status: 403,
    isAttributed: true,
    response: (tenant) => tenant.respond({ inResponseTo: '_never' }),
  },
  {
    name: 'an address in a domain of nobody',
    cause: 'email_domain_not_verified',
    status: 403,
    isAttributed: true,
    response: (tenant) => tenant.respond({ email: 'ada@other.example' }),
  },
  {
    name: 'an address in a subdomain',
    cause: 'email_domain_not_verified',
    status: 403,
    isAttributed: true,
    response: (tenant) => tenant.respond({ email: `ada@mail.${tenant.domain}` }),
  },
  {
    name: 'an address with two at-signs',
    cause: 'email_malformed',
    status: 403,
    isAttributed: true,
    response: (tenant) => tenant.respond({ email: `eve@evil.example@${tenant.domain}` }),
  },
  {
    name: 'a NameID that is an address in a domain of nobody',
    cause: 'email_domain_not_verified',
    status: 403,
    isAttributed: true,
    response: (tenant) =>
      tenant.respond({
        nameId: 'ada@other.example',
        nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      }),
  },
  {
    name: 'a name that changes with every sign-in',
    cause: 'name_id_transient',
    status: 403,
    isAttributed: true,
    response: (tenant) =>
      tenant.respond({ nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }),
  },
]

const traceIn = async (response: Response) =>
  /<code id="trace-id">(trc_[0-9a-f]{32})<\/code>/.exec(await response.text())?.[1] ?? ''

describe('the assertion consumer service', () => {
  let tenant: Tenant
  before(async () => {
    tenant = await newTenant()
  })

  for (const { name, cause, status, isAttributed, response } of cases) {
    test(`refuses ${name} with a page, a typed cause in trace and log, and no change`, async () => {
      const stored = await everythingBut('trace#')
      const answer = await postResponse(tenant, response(tenant))
      assert.equal(answer.status, status)
      assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
      const traceId = await traceIn(answer)
      const trace = await findTrace(isAttributed ? tenant.orgId : undefined, traceId)
      assert.equal(trace?.cause, cause)
      assert.equal(trace.outcome, 'refused')
      const logged = tenant.running.log.filter((line) => line.includes(traceId))
      assert.ok(logged.some((line) => line.includes(`"${cause}"`)))
      assert.equal(await everythingBut('trace#'), stored)
    })
  }

  test('refuses the same assertion twice, whatever happens between', async () => {
    const response = tenant.respond()
    assert.equal((await postResponse(tenant, response)).status, 303)
    const again = await postResponse(tenant, response)
    assert.equal(again.status, 403)
    const trace = await findTrace(tenant.orgId, await traceIn(again))
    assert.equal(trace?.cause, 'assertion_replayed')
  })

  test('takes one of many posts of the same response at once', async () => {
    const response = tenant.respond()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => postResponse(tenant, response)),
    )
    assert.equal(answers.filter(({ status }) => status === 303).length, 1)
    assert.equal(answers.filter(({ status }) => status === 403).length, 7)
  })

  test("refuses another organization's user, provider and request", async () => {
    const other = await newTenant()
    const foreignUser = tenant.respond({ email: `ada@${other.domain}` })
    const trace = await findTrace(
      tenant.orgId,
      await traceIn(await postResponse(tenant, foreignUser)),
    )
    assert.equal(trace?.cause, 'email_domain_not_verified')

    const { id: inResponseTo } = await requestIn(await startLogin(other))
    const answer = await postResponse(tenant, tenant.respond({ inResponseTo }))
    const mismatch = await findTrace(tenant.orgId, await traceIn(answer))
    assert.equal(mismatch?.cause, 'request_of_another_idp')
  })

  test('makes a request of ours of an unsolicited response where none may come', async () => {
    const strict = await newTenant({ allowsUnsolicited: false })
    const relayState = 'https://training.example/courses/7?page=2'
    const answer = await postResponse(strict, strict.respond(), relayState)
    assert.equal(answer.status, 303)
    const location = new URL(answer.headers.get('location') ?? '')
    assert.equal(location.pathname, `/saml/idps/${strict.idp.id}/login`)
    const started = await fetch(location, { redirect: 'manual' })
    const request = await requestIn(started)
    const response = strict.respond({ inResponseTo: request.id })
    const landed = await postResponse(strict, response, request.relayState)
    assert.equal(landingOf(landed).target, '/courses/7?page=2')
  })

  test('sends no browser round and round whose provider never says what it answers', async () => {
    const strict = await newTenant({ allowsUnsolicited: false })
    let cookie = ''
    const post = () =>
      fetch(strict.serviceProvider.acsUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie },
        body: new URLSearchParams({ SAMLResponse: strict.respond() }),
      })
    for (let round = 1; round <= 3; round++) {
      const answer = await post()
      assert.equal(answer.status, 303)
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    }
    const trace = await findTrace(strict.orgId, await traceIn(await post()))
    assert.equal(trace?.cause, 'in_response_to_missing')
    const { id, relayState } = await requestIn(await startLogin(strict))
    const landed = await fetch(strict.serviceProvider.acsUrl, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({
        SAMLResponse: strict.respond({ inResponseTo: id }),
        RelayState: relayState ?? '',
      }),
    })
    assert.equal(landed.status, 303)
    assert.match(landed.headers.get('set-cookie') ?? '', /Max-Age=0/)
  })

  test('refuses an organization that cannot be one', async () => {
    const url = tenant.serviceProvider.acsUrl.replace('/acs', '/shared/acs')
    const body = new URLSearchParams({ SAMLResponse: tenant.respond() })
    const answer = await fetch(url, { method: 'POST', body })
    assert.equal(answer.status, 400)
  })

  const forms = [
    ['no form', { body: '{}', headers: { 'content-type': 'application/json' } }],
    ['a form without a response', { body: new URLSearchParams({ RelayState: 'x' }) }],
    ['two responses', { body: new URLSearchParams('SAMLResponse=YQ==&SAMLResponse=YQ==') }],
    [
      'a very long RelayState',
      { body: new URLSearchParams({ SAMLResponse: 'YQ==', RelayState: 'x'.repeat(2049) }) },
    ],
  ] as const
  for (const [name, init] of forms) {
    test(`refuses ${name}`, async () => {
      const answer = await fetch(tenant.serviceProvider.acsUrl, { method: 'POST', ...init })
      assert.equal(answer.status, 400)
      const trace = await findTrace(undefined, await traceIn(answer))
      assert.equal(trace?.cause, 'form_malformed')
    })
  }
})

test('logs hold neither assertions nor tokens nor addresses', async () => {
  const { running, domain } = await newTenant()
  assert.ok(running.log.length > 0)
  for (const line of running.log) {
    assert.doesNotMatch(line, /[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.example/)
    assert.doesNotMatch(line, /SAMLResponse|<saml|cred_[0-9a-f]{32}_/)
    assert.ok(!line.includes(domain))
  }
})
