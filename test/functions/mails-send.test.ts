import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { linkHandle } from '#shared/admin/mailed-link.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoLinkRequests } from '#shared/aws/link-store.ts'
import { mail } from '#shared/aws/mail-attribute.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { linkIn, mailsTo, waitForMails } from '#test/flows/mailbox.ts'
import { newAdministrator, newOrganization } from '#test/flows/new-administrator.ts'
import { type Running, settled } from '#test/flows/running-stack.ts'
import { strike } from '#test/stores/strike.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/mails-send/handler.ts')

describe('mails-send', () => {
  let running: Running
  let handlers: Awaited<ReturnType<typeof importHandler>>
  let db: Tables
  before(async () => {
    running = await environmentOf('mails-send')
    handlers = await importHandler()
    db = await tables()
  })
  const event = eventOf<DynamoDBStreamEvent>('mails-send')
  const now = () => toSeconds(epochMilliseconds())

  /** Asks for a link as the sign-in does. */
  const wishFor = async (email: string, wish: 'sign-in-link' | 'break-glass-confirm') => {
    const at = now()
    await dynamoLinkRequests(db.directory).save({ email, wish, at, expiresAt: at + 900 })
  }

  /** The wish for this address, with an id of its own, as the stream brings it. */
  const eventFor = (email: string): DynamoDBStreamEvent => {
    const { id } = mail('sign-in-link', now())
    const text = JSON.stringify({ Records: event.Records.slice(0, 1) })
      .replaceAll('ada@acme.example', email)
      .replaceAll('mail_0123456789abcdef0123456789abcdef', id)
    return JSON.parse(text) as DynamoDBStreamEvent
  }

  test('has nothing to send to an address of nobody, nor for an item that kept its mail', async (t) => {
    const { answer, lines } = await invoke(t, handlers.handler, event)
    assert.deepEqual(answer, { batchItemFailures: [] })
    assert.deepEqual(lines, [])
  })

  test('follows the directory: a wish becomes a mail with a link that is kept by its hash', async () => {
    const { orgId } = await newOrganization()
    const { userId, email } = await newAdministrator(orgId)
    await wishFor(email, 'sign-in-link')
    const [sent] = await waitForMails(email)
    assert.equal(sent?.subject, 'Your link to sign in to Acme & Sons')
    assert.match(sent.from, /^no-reply@127\.0\.0\.1$/)
    const link = linkIn(sent)
    assert.equal(`${link.origin}${link.pathname}`, `${running.stack.url}/admin/sign-in/link`)
    const token = link.searchParams.get('token') ?? ''
    assert.ok(sent.body.html.includes(token))
    const stored = await db.read(db.ephemeral, ephemeralKeys.link(linkHandle(token) ?? ''))
    assert.equal(stored?.['userId'], userId)
    assert.equal(stored['kind'], 'sign-in')
    assert.ok(!JSON.stringify(stored).includes(token))
  })

  test('sends the same wish once, however often it comes', async (t) => {
    const { orgId } = await newOrganization()
    const { email } = await newAdministrator(orgId)
    const wish = eventFor(email)
    for (let i = 0; i < 3; i++) await invoke(t, handlers.handler, wish)
    assert.equal((await mailsTo(email)).length, 1)
  })

  test('brings a mail again that SES did not take, and sends it once', async (t) => {
    const { orgId } = await newOrganization()
    const { email } = await newAdministrator(orgId)
    const wish = eventFor(email)
    {
      using _ = strike(running.stack, 'SendEmail', { fault: 'fail-before' })
      const { answer, lines } = await invoke(t, handlers.handler, wish)
      const itemIdentifier = wish.Records[0]?.dynamodb?.SequenceNumber
      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier }] })
      assert.ok(lines.join('').includes('mail_failed'))
      assert.ok(!lines.join('').includes(email))
    }
    assert.equal((await mailsTo(email)).length, 0)
    await invoke(t, handlers.handler, wish)
    await invoke(t, handlers.handler, wish)
    assert.equal((await mailsTo(email)).length, 1)
  })

  test('sends to the way of the provider where one is active', async (t) => {
    const { orgId } = await newOrganization()
    const { email } = await newAdministrator(orgId)
    const idp = { pk: `idps#${orgId}`, sk: 'idp_1', idpId: 'idp_1', name: 'x' }
    await db.put(db.directory, { ...idp, state: 'inactive' })
    await invoke(t, handlers.handler, eventFor(email))
    await db.put(db.directory, { ...idp, state: 'active' })
    await invoke(t, handlers.handler, eventFor(email))
    const paths = (await mailsTo(email)).map((one) => linkIn(one).pathname)
    assert.deepEqual(paths, ['/admin/sign-in/link', '/admin/sign-in/sso'])
  })

  test('tells all active admins what has happened to their domain', async () => {
    const { orgId } = await newOrganization()
    const [ada, grace] = [await newAdministrator(orgId), await newAdministrator(orgId)]
    const others = [
      await newAdministrator(orgId, { role: 'reader' }),
      await newAdministrator(orgId, { state: 'suspended' }),
      await newAdministrator((await newOrganization()).orgId),
    ]
    const domain = 'acme.example'
    const item = { pk: `domains#${orgId}`, sk: domain, domain, orgId, state: 'verified' }
    const graceEndsAt = now() + 86_400
    await db.put(db.directory, { ...item, graceEndsAt, mail: mail('domain-missing', now()) })
    for (const { email } of [ada, grace]) {
      const [sent] = await waitForMails(email)
      assert.equal(sent?.subject, 'The proof of acme.example is missing')
    }
    await settled()
    for (const { email } of others) assert.deepEqual(await mailsTo(email), [])
  })
})
