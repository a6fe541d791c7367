import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { readMetadata } from '#shared/idps/read-metadata.ts'
import { landingOf, redeem } from '#test/flows/hops.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { httpSession } from './http-session.ts'
import { signIn } from './sign-in.ts'
import { type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp.ts'
import { employee, type ResponseShape, student } from './simplesamlphp-settings.ts'

/** SimpleSAMLphp of Debian's packages signs its users in here, as a customer's provider would. */
describe('SimpleSAMLphp', () => {
  const mailDomain = 'school.example'
  let provider: SimpleSamlPhp
  let tenant: Tenant

  before(async () => {
    provider = await startSimpleSamlPhp({ mailDomain })
    const metadata = readMetadata(Buffer.from(provider.metadataXml))
    assert.ok(metadata.ok)
    tenant = await newTenant({ ...metadata.value, verifiedDomains: [mailDomain] })
    trust({})
  })
  after(() => provider.stop())

  const trust = (shape: ResponseShape) => {
    const { entityId, acsUrl } = tenant.serviceProvider
    provider.trustServiceProvider({ entityId, assertionConsumerServiceUrl: acsUrl, ...shape })
  }
  const loginUrl = () => `${tenant.running.stack.url}/saml/idps/${tenant.idp.id}/login`
  const idpInitiated = (relayState?: string) =>
    provider.idpInitiatedUrl(tenant.serviceProvider.entityId, relayState)

  /** Plays the browser from the first click to the landing page. */
  const arrive = async (url: string, user: typeof student | typeof employee) => {
    const session = httpSession()
    const { action, fields } = await signIn(url, user, session)
    assert.equal(action, tenant.serviceProvider.acsUrl)
    const body = new URLSearchParams({ ...fields })
    const response = await session.send(action, { method: 'POST', body })
    assert.equal(response.status, 303)
    return {
      landed: landingOf(response),
      again: () => session.send(action, { method: 'POST', body }),
    }
  }

  const identityOf = async (token: string, product?: string) => {
    const redeemed = await redeem(tenant, token, product)
    assert.equal(redeemed.status, 200)
    const { id_token } = (await redeemed.json()) as { id_token: string }
    const { url } = tenant.running.stack
    const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`))
    const audience = product ?? 'meetings'
    return (await jwtVerify(id_token, keys, { issuer: url, audience })).payload
  }

  test('signs student in when the provider starts, and the event arrives exactly once', async () => {
    const { landed, again } = await arrive(idpInitiated('training'), student)
    assert.equal(landed.page, 'https://training.example/in')
    const claims = await identityOf(landed.token, 'training')
    assert.equal(claims['email'], `student@${mailDomain}`)
    assert.equal(claims['given_name'], 'Sam')
    assert.equal(claims['org'], tenant.orgId)
    assert.equal((await redeem(tenant, landed.token, 'training')).status, 400)
    assert.equal((await again()).status, 403)

    const { events, stack } = tenant.running
    const isCreation = ({ type, subject }: { type: string; subject: string }) =>
      type === 'latchkey.user.created.v1' && subject === claims.sub
    await events.waitFor(isCreation, 1)
    await stack.idle()
    assert.equal(events.all.filter(isCreation).length, 1)
  })

  test('signs the same student in when we start', async () => {
    const { landed, again } = await arrive(
      `${loginUrl()}?product=meetings&target=/rooms/7`,
      student,
    )
    assert.equal(landed.page, 'https://meetings.example/landing')
    assert.equal(landed.target, '/rooms/7')
    const claims = await identityOf(landed.token)
    assert.equal(claims['email'], `student@${mailDomain}`)
    assert.equal((await again()).status, 403)
    const { events } = tenant.running
    const signIns = await events.waitFor(
      ({ type, subject }) => type === 'latchkey.sign-in.succeeded.v1' && subject === claims.sub,
      2,
    )
    assert.equal(new Set(signIns.map(({ id }) => id)).size, 2)
  })

  test('keeps a name that is not ASCII', async () => {
    const { landed } = await arrive(loginUrl(), employee)
    const claims = await identityOf(landed.token)
    assert.equal(claims['email'], `employee@${mailDomain}`)
    assert.match(String(claims['name']), /[^\x20-\x7e]/)
  })

  const shapes: readonly [string, ResponseShape][] = [
    ['only the assertion', { signAssertion: true, signResponse: false }],
    ['only the response', { signAssertion: false, signResponse: true }],
    ['both', { signAssertion: true, signResponse: true }],
  ]
  for (const [name, shape] of shapes) {
    test(`is believed when it signs ${name}`, async () => {
      trust(shape)
      const { landed } = await arrive(loginUrl(), student)
      assert.equal((await identityOf(landed.token))['email'], `student@${mailDomain}`)
    })
  }

  test('is refused when it signs nothing, with a trace id', async () => {
    trust({ signAssertion: false, signResponse: false })
    const { action, fields } = await signIn(idpInitiated(), student)
    const response = await fetch(action, {
      method: 'POST',
      body: new URLSearchParams({ ...fields }),
    })
    assert.equal(response.status, 403)
    assert.match(await response.text(), /trc_[0-9a-f]{32}/)
  })
})
