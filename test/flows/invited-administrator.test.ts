import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { newBrowser, openLink, pressButton } from './admin-browser.ts'
import { newAdmin } from './admin-client.ts'
import { linkIn, waitForMails } from './mailbox.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

/** Invites somebody, and takes the link out of the mail. */
async function invite(admin: Admin, role = 'admin') {
  const email = `${randomUUID()}@partner.example`
  const created = await admin.call('POST', '/invitations', { body: { email, role } })
  assert.equal(created.status, 201, created.text)
  const [mail] = await waitForMails(email)
  const path = `/invitations/${String(created.body['id'])}`
  return { email, path, link: linkIn(mail ?? assert.fail('no mail')), body: created.body }
}

describe('an invited administrator', () => {
  for (const role of ['admin', 'reader']) {
    test(`accepts by the link as ${role}, and is signed in`, async () => {
      const admin = await newAdmin()
      const { link, path, email, body } = await invite(admin, role)
      const browser = await newBrowser()
      const { page } = await openLink(browser, link)
      assert.ok(page.includes('Accept and sign in') && page.includes(email))
      assert.equal((await admin.call('GET', path)).body['state'], 'pending')
      assert.equal((await pressButton(browser, link)).status, 303)
      const session = await browser.session()
      assert.equal(session.body['role'], role)
      assert.equal((session.body['user'] as { id: string }).id, body['user'])
      assert.equal((await browser.send(`/orgs/${admin.orgId}/idps`)).status, 200)
      assert.equal((await admin.call('GET', path)).body['state'], 'accepted')
      const user = await admin.call('GET', `/users/${String(body['user'])}`)
      assert.deepEqual([user.body['state'], user.body['role']], ['active', role])
      assert.equal((await pressButton(await newBrowser(), link)).status, 410)
    })
  }

  test('gets links to sign in with from then on', async () => {
    const admin = await newAdmin()
    const { link, email } = await invite(admin)
    const browser = await newBrowser()
    await pressButton(browser, link)
    await browser.send('/admin/sign-in/link', { json: { email } })
    const mails = await waitForMails(email, 2)
    const again = await newBrowser()
    assert.equal((await pressButton(again, linkIn(mails[1] ?? assert.fail()))).status, 303)
    assert.equal((await again.session()).status, 200)
  })

  test('finds the link dead once the invitation is taken back', async () => {
    const admin = await newAdmin()
    const { link, path } = await invite(admin)
    assert.equal((await admin.call('DELETE', path)).status, 204)
    const browser = await newBrowser()
    assert.equal((await pressButton(browser, link)).status, 410)
    assert.equal((await browser.session()).status, 401)
  })

  test('is one, of ten browsers that accept at once', async () => {
    const admin = await newAdmin()
    const { link, path } = await invite(admin)
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => pressButton(await newBrowser(), link)),
    )
    assert.equal(answers.filter(({ status }) => status === 303).length, 1)
    assert.equal(answers.filter(({ status }) => status === 410).length, 9)
    assert.equal((await admin.call('GET', path)).body['state'], 'accepted')
  })
})
