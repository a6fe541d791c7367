import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { dynamoScimTokens } from '#shared/aws/scim-token-store.ts'
import { dynamoTokenWatch } from '#shared/aws/scim-token-watch.ts'
import { type DirectoryId, newDirectoryId, newOrgId } from '#shared/ids.ts'
import { createDirectory } from '#shared/scim/directories/create-directory.ts'
import { createToken, revokeToken } from '#shared/scim/directories/manage-tokens.ts'
import type { TokenWatchStore } from '#shared/scim/directories/ports.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { waitForMails } from '#test/flows/mailbox.ts'
import { newAdministrator } from '#test/flows/new-administrator.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { type Item, type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/scim-tokens-watch/handler.ts')
type Handler = Awaited<ReturnType<typeof importHandler>>

const DAY = 24 * 3600
/** TTL takes what has expired: this is far away. */
const start = 4_102_444_800
const enough = { getRemainingTimeInMillis: () => 60_000 }
const partOf = (item: Item | undefined, name: string) => (item?.[name] ?? {}) as Item

describe('scim-tokens-watch', () => {
  let handler: Handler['handler']
  let watch: Handler['watch']
  let db: Tables
  before(async () => {
    await environmentOf('scim-tokens-watch')
    ;({ handler, watch } = await importHandler())
    db = await tables()
  })

  /** A directory with a token that ends in some days. */
  async function newToken(days: number, at = start) {
    const orgId = newOrgId()
    const act = { actor: 'test', at }
    const organization = { id: orgId, name: 'Acme', defaultProduct: 'meetings' }
    await dynamoConfiguration(db.directory).createOrganization(organization, [], act)
    const asked = { orgId, name: 'Entra ID', guard: {}, callHash: undefined }
    const id = newDirectoryId(orgId)
    const directory = await createDirectory(dynamoDirectories(db.directory), { ...asked, id }, act)
    assert.ok(directory.ok)
    const token = await tokenOf(id, days, at)
    return { orgId, directory: directory.value, token }
  }

  async function tokenOf(directoryId: DirectoryId, days: number, at = start) {
    const { orgId } = { orgId: `org_${directoryId.slice(4, 36)}` as const }
    const lifetimeSeconds = days * DAY
    const made = await createToken(
      dynamoScimTokens(db.directory),
      { orgId, directoryId, label: 'Production', lifetimeSeconds },
      { actor: 'test', at },
    )
    assert.ok(made.ok)
    return made.value.token
  }
  type Token = Awaited<ReturnType<typeof tokenOf>>

  /** Looks at these tokens alone. */
  function storeFor(...tokens: Token[]): TokenWatchStore {
    const store = dynamoTokenWatch(db.directory)
    const ids = tokens.map(({ id }) => id)
    return {
      ...store,
      listDue: async (now) =>
        (await store.listDue(now)).filter(({ tokenId }) => ids.includes(tokenId)),
    }
  }

  const rowOf = ({ directoryId, id }: Token) =>
    db.read(db.directory, scimKeys.listedToken(directoryId, id))
  const dueAt = async ({ id }: Token) =>
    (await db.read(db.directory, scimKeys.scheduledToken(id)))?.['dueAt']
  const quiet = (t: { mock: { method: typeof import('node:test').mock.method } }) => {
    for (const level of ['info', 'error'] as const) t.mock.method(console, level, () => {})
  }

  test('says how many it has looked at', async (t) => {
    const run = (event: unknown) => handler(event, { getRemainingTimeInMillis: () => 0 } as Context)
    const { lines } = await invoke(t, run, eventOf<unknown>('scim-tokens-watch'))
    assert.match(lines.at(-1) ?? '', /"scim_tokens_watched".*"visited":0/)
  })

  test('warns 30, 7 and 1 days before the end, each once, by event and mail', async (t) => {
    quiet(t)
    const { token } = await newToken(40)
    const told: unknown[] = []
    let last: unknown = partOf(await rowOf(token), 'evt')['id']
    for (let day = 0; day <= 41; day++) {
      await watch(storeFor(token), () => (start + day * DAY) * 1000)(undefined, enough)
      const row = await rowOf(token)
      const { id, type } = partOf(row, 'evt')
      if (id !== last) told.push([day, type, partOf(row, 'mail')['kind'], row?.['daysLeft']])
      last = id
    }
    const [event, mail] = ['latchkey.scim-token.expiring.v1', 'scim-token-expiring']
    assert.deepEqual(told, [
      [10, event, mail, 30],
      [33, event, mail, 7],
      [39, event, mail, 1],
    ])
    assert.equal(await dueAt(token), undefined)
  })

  test('tells products and administrators what ends', async (t) => {
    quiet(t)
    const at = toSeconds(epochMilliseconds())
    const { orgId, directory, token } = await newToken(8, at)
    const { email } = await newAdministrator(orgId)
    await watch(storeFor(token), () => (at + 2 * DAY) * 1000)(undefined, enough)
    const [sent] = await waitForMails(email)
    assert.equal(sent?.subject, 'A token of the directory Entra ID ends soon')
    assert.match(sent.body.text, /^The token Production, .* of Acme/)
    const { events } = await runningStack()
    const [told] = await events.waitFor(
      ({ type, subject }) => type === 'latchkey.scim-token.expiring.v1' && subject === directory.id,
      1,
    )
    const { id: tokenId, label, expiresAt } = token
    assert.deepEqual(told?.data, {
      ...{ tokenId, directoryId: directory.id, orgId, label, expiresAt, daysLeft: 6 },
      actor: 'schedule:scim-tokens-watch',
    })
  })

  test('is silent about what was revoked, has ended or has no directory any more', async (t) => {
    quiet(t)
    const [revoked, ended, orphan] = await Promise.all([newToken(40), newToken(40), newToken(40)])
    const tokens = [revoked.token, ended.token, orphan.token]
    const scheduled = await Promise.all(
      tokens.map(({ id }) => db.read(db.directory, scimKeys.scheduledToken(id))),
    )
    const named = { directoryId: revoked.directory.id, id: revoked.token.id }
    const store = dynamoScimTokens(db.directory)
    const act = { actor: 'test', at: start }
    assert.ok((await revokeToken(store, named, act)).ok)
    await db.remove(db.directory, scimKeys.directory(orphan.directory.id))
    await db.put(db.directory, scheduled[0] as Item & { pk: string })
    const rows = await Promise.all(tokens.map(rowOf))
    await watch(storeFor(revoked.token, orphan.token), () => (start + 20 * DAY) * 1000)(
      undefined,
      enough,
    )
    await watch(storeFor(ended.token), () => (start + 40 * DAY) * 1000)(undefined, enough)
    assert.deepEqual(await Promise.all(tokens.map(rowOf)), rows)
    for (const token of tokens) assert.equal(await dueAt(token), undefined)
  })

  test('moves a date on that came too early', async (t) => {
    quiet(t)
    const { token } = await newToken(40)
    const key = scimKeys.scheduledToken(token.id)
    const row = await db.read(db.directory, key)
    await db.put(db.directory, { ...row, ...key, dueAt: start })
    await watch(storeFor(token), () => start * 1000)(undefined, enough)
    assert.equal(await dueAt(token), start + 10 * DAY)
    assert.equal((await rowOf(token))?.['warnedDays'], undefined)
  })

  test('tells it once where it runs twice at once, or is told that a write failed', async (t) => {
    quiet(t)
    for (const fault of ['fail-before', 'fail-after'] as const) {
      const { token } = await newToken(40)
      const run = watch(storeFor(token), () => (start + 10 * DAY) * 1000)
      {
        using _ = strike(db.stack, 'TransactWriteItems', { fault })
        await assert.rejects(run(undefined, enough), /1 of 1 visits broke off/)
      }
      const first = await rowOf(token)
      await Promise.all([run(undefined, enough), run(undefined, enough)])
      const row = await rowOf(token)
      assert.equal(row?.['warnedDays'], 30)
      if (fault === 'fail-after') assert.deepEqual(row, first)
      assert.equal(await dueAt(token), start + 33 * DAY)
    }
  })
})
