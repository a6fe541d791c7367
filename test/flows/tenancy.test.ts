import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { endpoints } from '#infra/routes.ts'
import { dynamoProviders } from '#shared/aws/idp-store.ts'
import { findTrace } from './directory.ts'
import { landingOf, postResponse, redeem, requestIn, startLogin } from './hops.ts'
import { newTenant, type Tenant } from './tenant.ts'

const traceIdIn = async (answer: Response) =>
  /<code id="trace-id">(trc_[0-9a-f]{32})<\/code>/.exec(await answer.text())?.[1] ?? ''

/** Why the answer is a refusal; traces are the organization's whose provider it is, or nobody's. */
async function causeOf(answer: Response, { orgId }: Pick<Tenant, 'orgId'>) {
  const id = await traceIdIn(answer)
  const trace = (await findTrace(orgId, id)) ?? (await findTrace(undefined, id))
  return trace?.cause
}

/** Where providers send messages; the others take none. A new route must be put in its place here. */
const withMessages = [
  '/saml/acs',
  '/saml/{organization}/acs',
  '/saml/slo',
  '/saml/{organization}/slo',
]
const withoutMessages = [
  '/saml/sp',
  '/saml/{organization}/sp',
  '/saml/idps/{idp}/login',
  '/saml/logout',
]

const samlRoutes = endpoints
  .flatMap(({ routes }) => [...routes])
  .filter(({ path }) => path.startsWith('/saml'))

test('every route that takes messages is held to the rules below', () => {
  const paths = new Set(samlRoutes.map(({ path }) => path))
  assert.deepEqual(paths, new Set([...withMessages, ...withoutMessages]))
})

/** What no parser of ours should ever see. */
const hostile = ({ idp }: Pick<Tenant, 'idp'>) =>
  `<!DOCTYPE x [<!ENTITY a "b">]><samlp:Response><saml:Issuer>${idp.entityId}</saml:Issuer>&a;`

function send(url: string, method: string, field: string, message: string) {
  const isPost = method === 'POST'
  const bytes = isPost ? Buffer.from(message) : deflateRawSync(message)
  const fields = new URLSearchParams({ [field]: bytes.toString('base64') })
  return isPost
    ? fetch(url, { method, body: fields, redirect: 'manual' })
    : fetch(`${url}?${fields}`, { redirect: 'manual' })
}

const states = [
  ['an unknown provider', 'idp_unknown', (tenant: Tenant) => forgotten(tenant)],
  ['a deactivated provider', 'idp_inactive', undefined],
  ['a removed provider', 'idp_unknown', (tenant: Tenant) => removed(tenant)],
] as const

const forgotten = async (tenant: Tenant) => ({
  ...tenant,
  idp: { ...tenant.idp, entityId: 'https://nobody.example' },
})

async function removed(tenant: Tenant) {
  const { DIRECTORY_TABLE = '', EPHEMERAL_TABLE = '' } = process.env
  const providers = dynamoProviders(DIRECTORY_TABLE, EPHEMERAL_TABLE)
  const record = await providers.find(tenant.orgId, tenant.idp.id)
  assert.ok(record)
  assert.equal(await providers.remove(record, { actor: 'test', at: 1_772_619_330 }), undefined)
  return tenant
}

for (const { method, path } of samlRoutes.filter(({ path }) => withMessages.includes(path))) {
  const fields = path.endsWith('/acs') ? ['SAMLResponse'] : ['SAMLRequest', 'SAMLResponse']
  describe(`${method} ${path}`, () => {
    for (const [name, cause, change] of states) {
      for (const field of fields) {
        test(`refuses a ${field} of ${name} before it is parsed`, async () => {
          const identifiers = path.includes('{') ? 'organization' : 'shared'
          const state = cause === 'idp_inactive' ? 'inactive' : 'active'
          const made = await newTenant({ identifiers, state })
          const tenant = change ? await change(made) : made
          const url = made.stack.url + path.replace('{organization}', made.orgId)
          const answer = await send(url, method, field, hostile(tenant))
          assert.equal(answer.status, 403)
          assert.equal(await causeOf(answer, made), cause)
        })
      }
    }

    test('parses what an active provider sends', async () => {
      const identifiers = path.includes('{') ? 'organization' : 'shared'
      const tenant = await newTenant({ identifiers })
      const url = tenant.stack.url + path.replace('{organization}', tenant.orgId)
      const [field = ''] = fields
      const answer = await send(url, method, field, hostile(tenant))
      assert.notEqual(await causeOf(answer, tenant), undefined)
      assert.equal(answer.ok, false)
    })
  })
}

describe("an organization's provider", () => {
  let tenant: Tenant
  let other: Tenant
  before(async () => {
    tenant = await newTenant()
    other = await newTenant()
  })

  const foreign = [
    ["another organization's domain", 'email_domain_not_verified', () => ({})],
    [
      'it by NameID only',
      'email_domain_not_verified',
      () => ({
        edit: (xml: string) =>
          xml.replace(/<saml:AttributeStatement>.*<\/saml:AttributeStatement>/s, ''),
      }),
    ],
    [
      'it beside a good address, as NameID',
      'email_domain_not_verified',
      () => ({
        nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        edit: (xml: string) =>
          xml.replace(/(Name="mail"><saml:AttributeValue>)[^<]*/, `$1ada@${tenant.domain}`),
      }),
    ],
  ] as const
  for (const [name, cause, changes] of foreign) {
    test(`cannot assert a person of ${name}`, async () => {
      const response = tenant.respond({ email: `ada@${other.domain}`, ...changes() })
      assert.equal(await causeOf(await postResponse(tenant, response), tenant), cause)
    })
  }

  test('cannot assert a person of another organization by their NameID', async () => {
    const nameId = 'ada-4711'
    const landed = landingOf(await postResponse(other, other.respond({ nameId })))
    const theirs = (await (await redeem(other, landed.token)).json()) as { user: { id: string } }
    const forged = landingOf(await postResponse(tenant, tenant.respond({ nameId })))
    const ours = (await (await redeem(tenant, forged.token)).json()) as {
      user: { id: string }
      organization: { id: string }
    }
    assert.notEqual(ours.user.id, theirs.user.id)
    assert.equal(ours.organization.id, tenant.orgId)
  })

  test("cannot answer another organization's request", async () => {
    const { id: inResponseTo, relayState } = await requestIn(await startLogin(other))
    const answer = await postResponse(tenant, tenant.respond({ inResponseTo }), relayState)
    assert.equal(await causeOf(answer, tenant), 'request_of_another_idp')
  })

  test("cannot speak in the name of another organization's provider", async () => {
    const forged = tenant.respond({ idp: other.idp, email: `grace@${other.domain}` })
    const own = await newTenant({ signingKeys: [] })
    const unsigned = tenant.respond({ idp: own.idp, email: `ada@${own.domain}` })
    // Both tenants of this test have one key: what a provider without it would accept shows it.
    assert.equal((await postResponse(other, forged)).status, 303)
    assert.equal(await causeOf(await postResponse(own, unsigned), own), 'signature_invalid')
  })

  test("cannot use another organization's identifiers", async () => {
    const own = await newTenant({ identifiers: 'organization' })
    const theirs = await newTenant({ identifiers: 'organization' })
    const there = tenant.stack.url + new URL(theirs.serviceProvider.acsUrl).pathname
    const answer = await postResponse(
      { serviceProvider: { ...theirs.serviceProvider, acsUrl: there } },
      own.respond(),
    )
    assert.equal(await causeOf(answer, own), 'idp_unknown')
    const shared = await postResponse(tenant, own.respond())
    assert.equal(await causeOf(shared, own), 'idp_unknown')
  })

  test('takes over nobody of an organization that had a provider of its name before', async () => {
    const before = await newTenant()
    const nameId = 'kept-1'
    const first = landingOf(await postResponse(before, before.respond({ nameId })))
    const { user } = (await (await redeem(before, first.token)).json()) as { user: { id: string } }
    await removed(before)
    const after = await newTenant({ entityId: before.idp.entityId })
    const second = landingOf(await postResponse(after, after.respond({ nameId })))
    const redeemed = (await (await redeem(after, second.token)).json()) as {
      user: { id: string }
      organization: { id: string }
    }
    assert.notEqual(redeemed.user.id, user.id)
    assert.equal(redeemed.organization.id, after.orgId)
  })
})
