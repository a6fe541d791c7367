import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoGroups } from '#shared/aws/group-store.ts'
import { dynamoOrganizationRemovals } from '#shared/aws/organization-removals.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { dynamoSsoTokens } from '#shared/aws/sso-token-store.ts'
import {
  newDirectoryId,
  newIdpId,
  newOrgId,
  newReceiptId,
  type OrgId,
  type SsoTokenId,
  type UserId,
} from '#shared/ids.ts'
import { groupsDigest } from '#shared/products/groups-digest.ts'
import { createDirectory } from '#shared/scim/directories/create-directory.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { operatorOf, runCli } from '#test/cli/run-cli.ts'
import { houseOf } from '#test/stores/new-account.ts'
import { newSsoToken } from '#test/stores/new-sso-token.ts'
import { itemsOf, withoutLog } from '#test/stores/stored-organization.ts'
import { tables } from '#test/stores/tables.ts'
import { createTenant } from './create-tenant.ts'
import { landingOf, postResponse, redeem } from './hops.ts'
import { idpMetadata } from './idp-metadata.ts'
import { provision, putUser } from './provisioned.ts'
import { runningStack } from './running-stack.ts'
import { newTenant, type Tenant } from './tenant.ts'

const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-transfer-'))
after(() => folder.remove())

/** Runs a command for the stack's operator, and says what went wrong where it should not. */
async function latchkey(...args: string[]) {
  const { stack } = await runningStack()
  return runCli(args, operatorOf(stack))
}

/** An organization with all that one can have, made and used as in life. */
async function organizationInUse() {
  const tenant = await newTenant()
  const { orgId } = tenant
  const { code, stdout, stderr } = await latchkey(
    ...['org', 'api-key', orgId, '--label', 'Automation', '--json'],
  )
  assert.equal(code, 0, stderr)
  const key = String(JSON.parse(stdout).secret)
  const call: Call = (method, path, body, tag) =>
    fetch(`${tenant.stack.url}/orgs/${orgId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(tag !== undefined && { 'if-match': tag }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const source = {
    kind: 'file',
    document: idpMetadata({ entityId: `https://${randomUUID()}.example` }),
  }
  const created = await call('POST', '/idps', { source, settings: { name: 'Second' } })
  assert.equal(created.status, 201)
  assert.equal((await call('POST', '/setup-links', { label: 'Grace' })).status, 201)
  const named = { email: `named@${tenant.domain}`, userName: 'Named' }
  assert.equal((await call('POST', '/users', named)).status, 201)
  const owner = { email: `owner@${tenant.domain}`, userName: 'Owner', displayName: 'O. Wner' }
  const owned = (await (await call('POST', '/users', owner)).json()) as { id: UserId }
  const promoted = await call('PUT', `/users/${owned.id}/role`, { role: 'admin' })
  assert.equal(promoted.status, 200)
  const admin = { email: `eve@${tenant.domain}`, role: 'admin', displayName: 'Eve' }
  assert.equal((await call('POST', '/invitations', admin)).status, 201)
  for (const name of ['ada', 'grace', 'gone']) await signIn(tenant, name)
  const listed = await call('GET', '/users')
  const { users } = (await listed.json()) as { users: { id: string; email: string }[] }
  const idOf = (name: string) => users.find(({ email }) => email.startsWith(`${name}@`))?.id
  await useProducts({ orgId, call, ada: idOf('ada') as UserId, grace: idOf('grace') as UserId })
  const claimed = await call('POST', '/domains', { domain: `${randomUUID()}.example` })
  assert.equal(claimed.status, 201)
  const made = await call('POST', '/api-keys', { label: 'Sync', role: 'reader' })
  assert.equal(made.status, 201)
  const gone = users.find(({ email }) => email.startsWith('gone@'))
  const removal = await call('DELETE', `/users/${gone?.id}?confirm=${gone?.email}`)
  assert.ok([200, 204].includes(removal.status), await removal.text())
  await provision(call)
  await servePortals(call, orgId)
  return { ...tenant, key, call }
}

type Call = (method: string, path: string, body?: unknown, tag?: string) => Promise<Response>

/** One seat of an account is taken, and somebody waits for it; a rule gives seats to a group. */
async function useProducts(given: { orgId: OrgId; call: Call; ada: UserId; grace: UserId }) {
  const { orgId, call, ada, grace } = given
  const db = await tables()
  const seats = { meetings: 1, training: 2 }
  const account = await houseOf(db, orgId).account({ overAllocation: 'queue', seats })
  for (const [userId, state] of [[ada, 'granted'] as const, [grace, 'queued'] as const]) {
    const path = `/accounts/${account.id}/products/meetings/users/${userId}`
    const access = (await (await call('PUT', path)).json()) as { state: string }
    assert.equal(access.state, state)
  }
  const tag = (await call('GET', '/group-rules')).headers.get('etag') ?? ''
  const rule = { order: 1, group: 'Staff', grants: [{ account: account.id, product: 'training' }] }
  assert.equal((await call('PUT', '/group-rules', { rules: [rule] }, tag)).status, 200)
  const names = ['Staff']
  const kept = { idpId: newIdpId(), names, digest: groupsDigest(names), at: 1_772_619_330 }
  await dynamoGroups(db.directory).saveGroups({ orgId, userId: ada }, kept)
  assert.equal((await call('POST', '/group-rules/apply')).status, 200)
}

/** Portals with an SSO token each, of which one was removed; each has had a login token. */
async function servePortals(call: Call, orgId: OrgId) {
  const { directory, put } = await tables()
  const host = 'acme.meetings.example'
  const told = await latchkey('org', 'hosts', orgId, '--set', `meetings=${host}`)
  assert.equal(told.code, 0, told.stderr)
  for (const label of ['Intranet', 'Old intranet']) {
    const asked = { label, product: 'meetings', host, days: 90 }
    const created = await call('POST', '/sso-tokens', asked)
    assert.equal(created.status, 201)
    const { id } = (await created.json()) as { id: SsoTokenId }
    const receiptId = newReceiptId(epochMilliseconds())
    const known = { ssoTokenId: id, orgId, receiptId, expiresAt: 4_102_444_800 }
    await put(directory, { ...directoryKeys.receipt(id, receiptId), ...known })
    if (label === 'Intranet') continue
    assert.equal((await call('DELETE', `/sso-tokens/${id}`)).status, 204)
  }
}

/** @returns what the product learns of the person */
async function signIn(tenant: Tenant, name: string) {
  const response = tenant.respond({ email: `${name}@${tenant.domain}`, nameId: name })
  const { token } = landingOf(await postResponse(tenant, response))
  const redeemed = await redeem(tenant, token)
  assert.equal(redeemed.status, 200)
  const { user } = (await redeemed.json()) as { user: { id: string } }
  return user
}

async function exported(orgId: OrgId) {
  const file = join(folder.path, `${randomUUID()}.ndjson`)
  const { code, stdout, stderr } = await latchkey('org', 'export', orgId, file, '--json')
  assert.equal(code, 0, stderr)
  return { file, items: Number(JSON.parse(stdout).items) }
}

/** As if its deletion had begun so many seconds ago: with a directory, it takes ten. */
async function wasClosed(orgId: OrgId, seconds: number) {
  const now = toSeconds(epochMilliseconds()) - seconds
  const removals = dynamoOrganizationRemovals(process.env['DIRECTORY_TABLE'] ?? '', 0)
  assert.ok((await removals.step(orgId, 'Test', { actor: 'test', now })).ok)
}

describe('an organization', () => {
  test('that is exported, deleted and imported is equal', async () => {
    const tenant = await organizationInUse()
    const { orgId, call } = tenant
    const user = await signIn(tenant, 'ada')
    const all = await itemsOf(orgId)
    const before = withoutLog(all)
    assert.equal(before.length, all.length - 3)
    const { file, items } = await exported(orgId)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(items, before.filter(({ pk }) => pk !== 'orgs').length)

    await wasClosed(orgId, 8)
    const deleted = await latchkey('org', 'delete', orgId, '--confirm', 'Test')
    assert.equal(deleted.code, 0, deleted.stderr)
    assert.match(deleted.stderr, /^\d+ items deleted$/m)
    assert.deepEqual(
      (await itemsOf(orgId)).map(({ pk, sk, state }) => [pk, sk, state]),
      [[`org#${orgId}`, 'org', 'deleted']],
    )
    assert.equal((await call('GET', '/idps')).status, 401)
    assert.equal((await postResponse(tenant, tenant.respond())).status, 403)

    const imported = await latchkey('org', 'import', file)
    assert.equal(imported.code, 0, imported.stderr)
    assert.deepEqual(await itemsOf(orgId), before)
    assert.equal((await call('GET', '/idps')).status, 200)
    assert.deepEqual(await signIn(tenant, 'ada'), user)
    const { events } = await runningStack()
    const told = await events.waitFor(
      ({ type, subject }) => type.startsWith('latchkey.organization.') && subject === orgId,
      4,
    )
    assert.deepEqual(
      told.map(({ type }) => type),
      ['created', 'updated', 'deleted', 'created'].map(
        (what) => `latchkey.organization.${what}.v1`,
      ),
    )
  })

  test('is not imported over one that is there, nor from a file that has no end', async () => {
    const { orgId } = await newTenant()
    const { file } = await exported(orgId)
    const refused = await latchkey('org', 'import', file, '--json')
    assert.equal(refused.code, 3)
    assert.equal(JSON.parse(refused.stderr.split('\n')[0] ?? '').error.cause, 'organization_exists')
    const cut = `${file}.cut`
    writeFileSync(cut, readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n'))
    const broken = await latchkey('org', 'import', cut)
    assert.deepEqual([broken.code, broken.stdout], [1, ''])
    assert.match(broken.stderr, /its end is missing/)
  })

  test('is not imported where its domain or entity ID was taken meanwhile; nothing stays', async () => {
    const tenant = await newTenant()
    const { orgId, domain, idp } = tenant
    const { file } = await exported(orgId)
    assert.equal((await latchkey('org', 'delete', orgId, '--confirm', 'Test', '--quiet')).code, 0)
    const other = await createTenant(tenant.stack, { entityId: idp.entityId })
    const act = { actor: 'test', at: 1 }
    const third = { id: newOrgId(), name: 'Third', defaultProduct: 'meetings' }
    await tenant.configuration.createOrganization(third, [domain], act)
    const before = await itemsOf(third.id)

    const refused = await latchkey('org', 'import', file, '--json', '--quiet')
    assert.equal(refused.code, 3, refused.stderr)
    const { error } = JSON.parse(refused.stderr)
    assert.equal(error.cause, 'import_conflicts')
    assert.deepEqual(
      new Set(error.problems),
      new Set([
        { what: 'domain', name: domain, organization: third.id },
        { what: 'entity ID', name: idp.entityId, organization: other.orgId },
      ]),
    )
    const left = await itemsOf(orgId)
    assert.deepEqual(
      left.map(({ pk, state }) => [pk, state]),
      [[`org#${orgId}`, 'deleted']],
    )
    assert.deepEqual(await itemsOf(third.id), before)
    assert.equal((await postResponse(other, other.respond())).status, 303)
  })

  test('with a directory is deleted when what was under way has come to its end', async () => {
    const [plain, { orgId }] = [await newTenant(), await newTenant()]
    const removals = dynamoOrganizationRemovals(process.env['DIRECTORY_TABLE'] ?? '')
    const closedAt = toSeconds(epochMilliseconds())
    const step = async (orgId: OrgId, seconds: number) => {
      const act = { actor: 'test', now: closedAt + seconds }
      const stepped = await removals.step(orgId, 'Test', act)
      return stepped.ok ? [stepped.value.removed > 0, stepped.value.isDone] : stepped.error
    }
    assert.deepEqual(await step(plain.orgId, 0), [true, false])
    assert.deepEqual(await step(plain.orgId, 0), [false, true])

    const id = newDirectoryId(orgId)
    const asked = { orgId, id, name: 'Okta', guard: {}, callHash: undefined }
    const store = dynamoDirectories(process.env['DIRECTORY_TABLE'] ?? '')
    assert.ok((await createDirectory(store, asked, { actor: 'test', at: closedAt })).ok)
    assert.deepEqual(await step(orgId, 0), [true, false])
    assert.deepEqual(await step(orgId, 1), [false, false])
    await putUser(id, 'Ada')
    assert.deepEqual(await step(orgId, 19), [true, false])
    await putUser(id, 'Grace')
    assert.deepEqual(await step(orgId, 20), [true, false])
    assert.deepEqual(await step(orgId, 20), [false, true])
    const left = await itemsOf(orgId)
    assert.deepEqual(
      left.map(({ pk, state }) => [pk, state]),
      [[`org#${orgId}`, 'deleted']],
    )
  })

  test('with an SSO token is deleted when what its portal asked has come to its end', async () => {
    const { orgId } = await newTenant()
    const db = await tables()
    const removals = dynamoOrganizationRemovals(db.directory)
    const closedAt = toSeconds(epochMilliseconds())
    const step = async (seconds: number) => {
      const act = { actor: 'test', now: closedAt + seconds }
      const stepped = await removals.step(orgId, 'Test', act)
      return stepped.ok ? [stepped.value.removed > 0, stepped.value.isDone] : stepped.error
    }
    const { token } = newSsoToken({}, orgId)
    const act = { actor: 'test', at: closedAt }
    assert.equal(await dynamoSsoTokens(db.directory).create(token, act), undefined)
    const issue = async () => {
      const receiptId = newReceiptId(epochMilliseconds())
      const known = { ssoTokenId: token.id, orgId, receiptId }
      await db.put(db.directory, { ...directoryKeys.receipt(token.id, receiptId), ...known })
    }
    assert.deepEqual(await step(0), [true, false])
    await issue()
    assert.deepEqual(await step(19), [false, false])
    await issue()
    assert.deepEqual(await step(20), [true, false])
    assert.deepEqual(await step(20), [false, true])
    const left = await itemsOf(orgId)
    assert.deepEqual(
      left.map(({ pk, state }) => [pk, state]),
      [[`org#${orgId}`, 'deleted']],
    )
  })

  test('is deleted only by its name', async () => {
    const { orgId } = await newTenant()
    const refused = await latchkey('org', 'delete', orgId, '--confirm', 'test')
    assert.equal(refused.code, 3)
    assert.match(refused.stderr, /not the name of the organization/)
    assert.equal((await latchkey('org', 'show', orgId)).code, 0)
  })
})

describe('what was interrupted', () => {
  test('goes on: a deletion, an import page by page, and its end', async () => {
    const tenant = await organizationInUse()
    const { orgId } = tenant
    const table = process.env['DIRECTORY_TABLE'] ?? ''
    const before = withoutLog(await itemsOf(orgId))
    const { file } = await exported(orgId)
    const start = toSeconds(epochMilliseconds())
    const removals = dynamoOrganizationRemovals(table, 0)
    let steps = 0
    for (;;) {
      const step = await removals.step(orgId, 'Test', { actor: 'test', now: start + steps })
      assert.ok(step.ok)
      steps += 1
      assert.equal((await postResponse(tenant, tenant.respond())).status, 403)
      if (step.value.isDone) break
    }
    assert.ok(steps > 3, `${steps}`)

    const { stack } = tenant
    const faulty = stack.faults
    let writes = 0
    faulty.onCall = ({ functionName, operation }) => {
      if (functionName !== 'operator-import' || !operation.startsWith('TransactWrite'))
        return undefined
      writes += 1
      return writes === 3 ? 'kill-caller' : undefined
    }
    await latchkey('org', 'import', file)
    faulty.onCall = undefined
    assert.ok(writes >= 3)
    const imported = await latchkey('org', 'import', file)
    assert.ok(imported.code === 0 || imported.code === 3, imported.stderr)
    assert.deepEqual(await itemsOf(orgId), before)
    await signIn(tenant, 'grace')
  })
})
