import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { dynamoAccounts } from '#shared/aws/account-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { type AccountId, newAccountId, newRuleId } from '#shared/ids.ts'
import { rule } from '#test/shared/products/example.ts'
import { newApiKey, read } from './admin-client.ts'
import { findTrace } from './directory.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { fewestRounds } from './rounds.ts'
import { runningStack } from './running-stack.ts'
import { newTenant } from './tenant.ts'

/** A product of the shared catalogue that only people with a seat may use. */
const PRODUCT = 'support'
const SCHEMAS = 'urn:ietf:params:scim:schemas:core:2.0'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const table = () => process.env['DIRECTORY_TABLE'] ?? ''

type Body = Record<string, unknown>
type Identity = { user: { id: string; email: string; name?: string } }

/** An organization with a provider and a directory, which a connector provisions. */
async function newCompany() {
  const tenant = await newTenant()
  const { orgId, stack, domain } = tenant
  const key = await newApiKey(orgId, 'admin')
  const send = async (url: string, secret: string, method: string, body?: object) => {
    const headers = {
      authorization: `Bearer ${secret}`,
      ...(body && { 'content-type': 'application/json' }),
    }
    const answer = await read(
      await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
    assert.ok(answer.status < 300, answer.text)
    return answer.body as Body
  }
  const admin = (method: string, path: string, body?: object) =>
    send(`${stack.url}/orgs/${orgId}${path}`, key, method, body)
  const directory = String((await admin('POST', '/directories', { name: 'Entra ID' }))['id'])
  const made = await admin('POST', `/directories/${directory}/tokens`, { label: 'Sync' })
  const secret = String(made['secret'])
  const scim = (method: string, path: string, body?: object) =>
    send(`${stack.url}/scim/v2/${directory}${path}`, secret, method, body)

  const newUser = async (body: object) =>
    String((await scim('POST', '/Users', { schemas: [`${SCHEMAS}:User`], ...body }))['id'])
  const patch = (path: string, ...Operations: object[]) =>
    scim('PATCH', path, { schemas: [PATCH], Operations })

  const signIn = (nameId: string, email = `ada@${domain}`, product?: string) =>
    postResponse(tenant, tenant.respond({ nameId, email }), product)
  async function identityOf(answer: Response, product?: string) {
    assert.equal(answer.status, 303, await answer.clone().text())
    const redeemed = await redeem(tenant, landingOf(answer).token, product)
    assert.equal(redeemed.status, 200)
    return ((await redeemed.json()) as Identity).user
  }
  async function causeOf(answer: Response) {
    assert.equal(answer.status, 403)
    const [id = ''] = /trc_[0-9a-f]{32}/.exec(await answer.text()) ?? []
    return (await findTrace(orgId, id as `trc_${string}`))?.cause
  }
  return { tenant, domain, directory, admin, scim, newUser, patch, signIn, identityOf, causeOf }
}

type Company = Awaited<ReturnType<typeof newCompany>>

describe('somebody whom a connector has provisioned', () => {
  test('is the same user at the first sign-in, with the names of the directory', async () => {
    const { domain, directory, admin, newUser, signIn, identityOf } = await newCompany()
    const id = await newUser({
      ...{ userName: `ada@${domain}`, externalId: 'ada-1', displayName: 'Ada Lovelace' },
      emails: [{ value: `ada@${domain}`, type: 'work', primary: true }],
    })
    const user = await identityOf(await signIn('ada-1'))
    assert.equal(user.id, id)
    const shown = await admin('GET', `/users/${id}`)
    assert.equal(shown['displayName'], 'Ada Lovelace')
    assert.equal(shown['joinedBy'], 'scim')
    const [subject] = shown['subjects'] as Body[]
    assert.equal(subject?.['metBy'], 'externalId')
    const [link] = shown['directories'] as Body[]
    assert.deepEqual([link?.['id'], link?.['scimUser'], link?.['how']], [directory, id, 'created'])
    assert.equal((await identityOf(await signIn('ada-1'))).id, id)
  })

  test('becomes a user by the first sign-in where the directory has no address', async () => {
    const { tenant, domain, admin, newUser, patch, signIn, identityOf } = await newCompany()
    const id = await newUser({ userName: 'ada.l', externalId: 'ada-1' })
    const user = await identityOf(await signIn('ada-1'))
    assert.deepEqual([user.id, user.email], [id, `ada@${domain}`])
    const told = await tenant.running.events.waitFor(({ subject }) => subject === id, 3)
    const types = told.map(({ type }) => type)
    assert.ok(types.includes('latchkey.user.directory-linked.v1'), types.join(' '))
    const { traces } = (await admin('GET', '/traces?limit=5')) as { traces: Body[] }
    assert.ok(
      traces.some(({ notes }) => String(notes) === 'directory_external_id'),
      JSON.stringify(traces),
    )
    await patch(`/Users/${id}`, { op: 'replace', path: 'displayName', value: 'Countess' })
    assert.equal((await admin('GET', `/users/${id}`))['displayName'], 'Countess')
  })

  test('is kept out while inactive, also before they were ever a user', async () => {
    const { newUser, patch, signIn, identityOf, causeOf } = await newCompany()
    const id = await newUser({ userName: 'ada.l', externalId: 'ada-1', active: false })
    assert.equal(await causeOf(await signIn('ada-1')), 'user_suspended')
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true })
    assert.equal((await identityOf(await signIn('ada-1'))).id, id)
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
    assert.equal(await causeOf(await signIn('ada-1')), 'user_suspended')
  })

  test('is parted by an admin, and not brought together again by a connector', async () => {
    const { domain, directory, admin, newUser, patch } = await newCompany()
    const made = await admin('POST', '/users', { email: `ada@${domain}`, displayName: 'A.' })
    const user = String(made['id'])
    const email = { value: `ada@${domain}`, type: 'work', primary: true }
    assert.equal(await newUser({ userName: 'ada.l', emails: [email] }), user)
    const linked = await admin('GET', `/users/${user}`)
    assert.equal((linked['directories'] as Body[]).length, 1)
    await admin('DELETE', `/users/${user}/directories/${directory}`)
    await patch(`/Users/${user}`, { op: 'replace', path: 'displayName', value: 'Other' })
    await patch(`/Users/${user}`, { op: 'replace', path: 'active', value: false })
    const shown = await admin('GET', `/users/${user}`)
    assert.deepEqual([shown['displayName'], shown['state']], [linked['displayName'], 'active'])
    assert.deepEqual(shown['directories'], [])
  })

  for (const [role, isMet] of [
    ['member', true],
    ['reader', false],
    ['admin', false],
  ] as const) {
    const name = isMet ? 'is met' : 'is neither met nor reached'
    test(`${name} by another address that a connector gives them: ${role}`, async () => {
      const { domain, admin, newUser, patch, signIn, identityOf } = await newCompany()
      const id = String((await admin('POST', '/users', { email: `ada@${domain}`, role }))['id'])
      const own = { value: `ada@${domain}`, type: 'work', primary: true }
      const alias = { value: `mallory@${domain}`, type: 'home' }
      assert.equal(await newUser({ userName: 'ada.l', emails: [own, alias] }), id)
      const user = await identityOf(await signIn('mallory', `mallory@${domain}`))
      assert.equal(user.id === id, isMet)
      const other = `elsewhere@${domain}`
      await patch(`/Users/${id}`, { op: 'replace', path: 'emails', value: [{ value: other }] })
      const { email } = await admin('GET', `/users/${id}`)
      assert.equal(email, isMet ? other : `ada@${domain}`)
    })
  }
})

describe('groups that a connector provisions', () => {
  /** Seats of the product for members of these groups. */
  async function giveTo({ tenant: { orgId } }: Company, ...groups: string[]) {
    const id: AccountId = newAccountId()
    const settings = { name: 'Main', overAllocation: 'refuse', seats: { [PRODUCT]: 9 } } as const
    const account = { id, orgId, ...settings, createdAt: 1, rev: 1 }
    const by = { actor: 'test', at: 1 }
    assert.equal(await dynamoAccounts(table()).create({ account }, by), undefined)
    const grants = [{ account: id, product: PRODUCT }]
    const rules = groups.map((group, index) => rule(index + 1, group, { id: newRuleId(), grants }))
    await dynamoRules(table()).save(orgId, { rules, before: 0 }, by)
  }

  /** Access follows a change some moments later. */
  async function untilUsable({ admin }: Company, user: string, isWanted: boolean) {
    for (let attempt = 1; attempt <= 100; attempt++) {
      const { products } = (await admin('GET', `/users/${user}/products`)) as { products: Body[] }
      const product = products.find(({ key }) => key === PRODUCT)
      if ((product?.['isUsable'] === true) === isWanted) return
      await setTimeout(200)
    }
    assert.fail(`${user} ${isWanted ? 'gets' : 'keeps'} the product`)
  }

  const groupOf = async ({ scim }: Company, displayName: string, ...members: string[]) => {
    const body = { displayName, members: members.map((value) => ({ value })) }
    const made = await scim('POST', '/Groups', { schemas: [`${SCHEMAS}:Group`], ...body })
    return String(made['id'])
  }

  test('give products without a sign-in, take them, and do so through other groups', async () => {
    const company = await newCompany()
    const { domain, newUser, patch } = company
    await giveTo(company, 'Crew')
    const email = [{ value: `ada@${domain}`, type: 'work', primary: true }]
    const ada = await newUser({ userName: `ada@${domain}`, emails: email })
    const team = await groupOf(company, 'Team', ada)
    const crew = await groupOf(company, 'Crew', team)
    await untilUsable(company, ada, true)
    await patch(`/Groups/${crew}`, { op: 'replace', path: 'displayName', value: 'Others' })
    await untilUsable(company, ada, false)
    await patch(`/Groups/${crew}`, { op: 'replace', path: 'displayName', value: 'Crew' })
    await untilUsable(company, ada, true)
    await patch(`/Groups/${team}`, { op: 'remove', path: `members[value eq "${ada}"]` })
    await untilUsable(company, ada, false)
  })

  test('let somebody in at the very first sign-in, who is a user only by it', async () => {
    const company = await newCompany()
    const { newUser, signIn, identityOf } = company
    await giveTo(company, 'Crew')
    const ada = await newUser({ userName: 'ada.l', externalId: 'ada-1' })
    await groupOf(company, 'Crew', ada)
    const user = await identityOf(await signIn('ada-1', undefined, PRODUCT), PRODUCT)
    assert.equal(user.id, ada)
    const { groups } = (await company.admin('GET', `/users/${ada}/products`)) as { groups: Body[] }
    assert.deepEqual(
      groups.map(({ directory }) => directory),
      [company.directory],
    )
  })
})

describe('round trips to AWS', () => {
  test('of a sign-in are what they are without a directory, but for the first one', async () => {
    const { domain, newUser, signIn } = await newCompany()
    const { stack } = await runningStack()
    const { fewest, count } = fewestRounds(stack, ['first', 'again'])
    const arrive = async (name: 'first' | 'again', email: string) => {
      const answer = await count(name, 'saml-acs', () => signIn(email, email))
      assert.equal(answer.status, 303)
    }
    for (let play = 0; play < 5; play++) {
      const email = `play-${play}@${domain}`
      await newUser({ userName: email, emails: [{ value: email, primary: true }] })
      await arrive('first', email)
      await arrive('again', email)
    }
    // A read, a transaction that meets the directory, its three reads, the user, the transaction.
    assert.deepEqual(fewest, { first: 7, again: 2 })
  })
})
