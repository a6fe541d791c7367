import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { issueLink, linkUrl } from '#shared/admin/mailed-link.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoLinks } from '#shared/aws/link-store.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import { type BreakGlassId, newIdpId } from '#shared/ids.ts'
import { tables } from '#test/stores/tables.ts'
import { type Browser, newBrowser, pressButton } from './admin-browser.ts'
import { newApiKey } from './admin-client.ts'
import { forgetWishes } from './forget-wishes.ts'
import { linkIn, mailsTo, waitForMails } from './mailbox.ts'
import { changeUser, newAdministrator, newOrganization } from './new-administrator.ts'
import { type Running, runningStack, settled } from './running-stack.ts'

let running: Running
before(async () => {
  running = await runningStack()
  await forgetWishes()
})

type Person = Awaited<ReturnType<typeof newAdministrator>>

/** An organization whose provider is active, so nobody signs in by a link; with three admins. */
async function lockedOut() {
  const { directory, put } = await tables()
  const { orgId } = await newOrganization()
  const idpId = newIdpId()
  const idp = { pk: `idps#${orgId}`, sk: idpId, idpId, name: 'Broken' }
  await put(directory, { ...idp, state: 'active', kind: 'other', entityId: 'x' })
  const ada = await newAdministrator(orgId, { displayName: 'Ada' })
  const grace = await newAdministrator(orgId, { displayName: 'Grace' })
  const third = await newAdministrator(orgId)
  return { orgId, ada, grace, third }
}

/** Asks for a link and takes the one that confirms an emergency out of the mail. */
async function mailedLink({ email }: Person) {
  const browser = await newBrowser()
  await browser.send('/admin/break-glass', { form: { email } })
  for (let count = 1; ; count++) {
    const mail = (await waitForMails(email, count)).find(({ subject }) => /^Confirm/.test(subject))
    if (mail) return linkIn(mail)
  }
}

/** The same without the mail. */
async function linkFor({ orgId, userId }: Person) {
  const { ephemeral } = await tables()
  const endsAt = Math.floor(Date.now() / 1000) + 900
  const { link, token } = issueLink({ kind: 'break-glass', orgId, userId, endsAt })
  await dynamoLinks(ephemeral).save(link)
  return new URL(linkUrl(running.stack.url, token))
}

async function confirm(person: Person, link?: URL) {
  const browser = await newBrowser()
  const answer = await pressButton(browser, link ?? (await linkFor(person)))
  return { browser, status: answer.status, location: answer.headers.get('location') }
}

const door = (browser: Browser) =>
  browser.send('/admin/break-glass/door').then((page) => page.text())
const idpsOf = ({ orgId }: { orgId: string }) => `/orgs/${orgId}/idps`
const doorUrl = () => `${running.stack.url}/admin/break-glass/door`
const recordsOf = async (orgId: Person['orgId']) => {
  const key = await newApiKey(orgId, 'reader')
  const headers = { authorization: `Bearer ${key}` }
  const answer = await fetch(`${running.stack.url}/orgs/${orgId}/break-glass`, { headers })
  return ((await answer.json()) as { breakGlass: Record<string, string>[] }).breakGlass
}

/** Moves the times of an emergency. */
async function age(orgId: Person['orgId'], id: string, changes: object) {
  const { directory, read, put } = await tables()
  const keys = [
    directoryKeys.currentBreakGlass(orgId),
    directoryKeys.breakGlass(orgId, id as BreakGlassId),
  ]
  for (const key of keys) {
    const { mail: _, evt: __, ...item } = (await read(directory, key)) ?? {}
    await put(directory, { ...item, ...key, ...changes })
  }
}

describe('two administrators', () => {
  test('open the door together, mend the provider, and all are told', async () => {
    const { orgId, ada, grace, third } = await lockedOut()
    const first = await confirm(ada, await mailedLink(ada))
    assert.deepEqual([first.status, first.location], [303, doorUrl()])
    assert.equal(first.browser.cookies.has(cookieNames.jwt), false)
    assert.match(await door(first.browser), /Waiting for another administrator/)
    assert.deepEqual((await first.browser.session()).body['isWaiting'], true)
    assert.equal((await first.browser.send(idpsOf(ada))).status, 401)
    assert.equal((await first.browser.call('POST', '/admin/session/refresh')).status, 200)
    assert.equal((await first.browser.send(idpsOf(ada))).status, 401)
    for (const { email } of [grace, third]) {
      const [notice] = await waitForMails(email)
      assert.equal(notice?.subject, 'Emergency access to Acme & Sons was requested')
      assert.ok(notice.body.text.startsWith(`Ada (${ada.email}) asks`))
      assert.doesNotMatch(notice.body.text, /token=/)
    }

    const second = await confirm(grace, await mailedLink(grace))
    assert.deepEqual([second.status, second.location], [303, doorUrl()])
    assert.match(await door(first.browser), /Emergency access is open/)
    for (const { browser } of [first, second]) {
      assert.equal((await browser.session()).body['role'], 'emergency')
      assert.equal((await browser.send(idpsOf(ada))).status, 200)
      const preview = { source: { kind: 'file', document: 'x' } }
      const call = await browser.call('POST', `${idpsOf(ada)}/preview`, preview)
      assert.equal(call.status, 422)
      assert.equal((await browser.send(`/orgs/${orgId}/setup-links`)).status, 403)
      assert.equal((await browser.send(`/orgs/${orgId}/traces`)).status, 403)
      assert.equal((await browser.send(`/orgs/${orgId}/break-glass`)).status, 403)
      assert.equal((await browser.call('POST', `/orgs/${orgId}/setup-links`, {})).status, 403)
    }
    await settled()
    for (const { email } of [ada, grace, third]) {
      const subjects = (await mailsTo(email)).map(({ subject }) => subject)
      assert.equal(subjects.filter((one) => one.endsWith('is open')).length, 1)
    }
    const types = ['latchkey.break-glass.requested.v1', 'latchkey.break-glass.opened.v1']
    const told = await running.events.waitFor(
      ({ subject, type }) => subject === orgId && types.includes(type),
      2,
    )
    assert.deepEqual(
      told.map(({ type }) => type),
      types,
    )
    const [record, ...others] = await recordsOf(orgId)
    assert.deepEqual(others, [])
    assert.partialDeepStrictEqual(record, {
      state: 'opened',
      requestedBy: ada.userId,
      approvedBy: grace.userId,
    })
    const open = Date.parse(record?.['openUntil'] ?? '') - Date.parse(record?.['openedAt'] ?? '')
    assert.equal(open, 30 * 60_000)
  })

  test('find the door closed after half an hour, whatever they hold', async () => {
    const { orgId, ada, grace } = await lockedOut()
    const first = await confirm(ada)
    const second = await confirm(grace)
    assert.equal((await second.browser.send(idpsOf(ada))).status, 200)
    const [record] = await recordsOf(orgId)
    const now = Math.floor(Date.now() / 1000)
    await age(orgId, record?.['id'] ?? '', { openUntil: now - 1 })
    for (const { browser } of [first, second]) {
      browser.cookies.delete(cookieNames.jwt)
      assert.match(await door(browser), /You are not signed in/)
      assert.equal((await browser.session()).status, 401)
      assert.equal((await browser.send(idpsOf(ada))).status, 401)
    }
    const jwt = second.browser.cookies.get(cookieNames.jwt)
    assert.equal(jwt, undefined)
  })

  test('who confirm at the same time, open it: one asks, one approves', async () => {
    const { orgId, ada, grace } = await lockedOut()
    const links = [await linkFor(ada), await linkFor(grace)]
    const answers = await Promise.all([confirm(ada, links[0]), confirm(grace, links[1])])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [303, 303],
    )
    const [record, ...others] = await recordsOf(orgId)
    assert.deepEqual([record?.['state'], others], ['opened', []])
  })

  test('have sessions anew in other browsers while it is open; a third has none', async () => {
    const { ada, grace, third } = await lockedOut()
    await confirm(ada)
    await confirm(grace)
    for (const person of [ada, grace]) {
      const again = await confirm(person)
      assert.equal((await again.browser.send(idpsOf(ada))).status, 200)
    }
    const refused = await confirm(third)
    assert.equal(refused.status, 409)
    assert.equal((await refused.browser.session()).status, 401)
  })

  test('lose it with the role or the account, at once', async () => {
    for (const change of [{ role: 'reader' }, { role: 'member' }, { state: 'suspended' }]) {
      const { ada, grace } = await lockedOut()
      await confirm(ada)
      const second = await confirm(grace)
      await changeUser(grace.orgId, grace.userId, change)
      assert.equal((await second.browser.send(idpsOf(ada))).status, 401)
      assert.equal((await second.browser.session()).status, 401)
    }
  })
})

describe('the door stays closed', () => {
  const isClosed = async ({ orgId }: Person) => {
    const records = await recordsOf(orgId)
    return records.every(({ state }) => state === 'requested')
  }

  test('to one administrator alone, also twice', async () => {
    const { ada } = await lockedOut()
    const first = await confirm(ada)
    assert.equal((await confirm(ada)).status, 409)
    assert.match(await door(first.browser), /Waiting/)
    assert.equal(await isClosed(ada), true)
  })

  const lost = [
    ['a reader', { role: 'reader' }],
    ['a member', { role: 'member' }],
    ['somebody who is suspended', { state: 'suspended' }],
  ] as const
  for (const [name, change] of lost) {
    test(`to ${name}, whose link was made before`, async () => {
      const { ada, grace } = await lockedOut()
      await confirm(ada)
      const link = await linkFor(grace)
      await changeUser(grace.orgId, grace.userId, change)
      assert.equal((await confirm(grace, link)).status, 403)
      assert.equal(await isClosed(ada), true)
    })
  }

  test('to a second one who comes after an hour: it is a request of theirs', async () => {
    const { orgId, ada, grace } = await lockedOut()
    const first = await confirm(ada)
    const [record] = await recordsOf(orgId)
    await age(orgId, record?.['id'] ?? '', { requestEndsAt: Math.floor(Date.now() / 1000) })
    await confirm(grace)
    assert.equal(await isClosed(ada), true)
    assert.equal((await recordsOf(orgId)).length, 2)
    assert.match(await door(first.browser), /You are not signed in/)
    await confirm(ada)
    assert.equal(await isClosed(ada), false)
  })

  test('to an administrator of another organization', async () => {
    const { ada } = await lockedOut()
    const other = await lockedOut()
    await confirm(ada)
    await confirm(other.ada)
    assert.equal(await isClosed(ada), true)
    assert.equal(await isClosed(other.ada), true)
  })

  test('to a link that was used, and to one that is for signing in', async () => {
    const { ada, grace } = await lockedOut()
    await confirm(ada)
    const link = await linkFor(grace)
    assert.equal((await confirm(grace, link)).status, 303)
    assert.equal((await confirm(grace, link)).status, 410)
    assert.equal(await isClosed(ada), false)
  })

  test('to whom no mail is sent: readers and strangers', async () => {
    const { orgId } = await lockedOut()
    const reader = await newAdministrator(orgId, { role: 'reader' })
    const browser = await newBrowser()
    const asked = await browser.send('/admin/break-glass', { json: { email: reader.email } })
    assert.equal(asked.status, 202)
    await settled()
    assert.deepEqual(await mailsTo(reader.email), [])
  })
})
