import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { listen } from '#local/listen.ts'
import { issueLink, linkUrl } from '#shared/admin/mailed-link.ts'
import { dynamoLinks } from '#shared/aws/link-store.ts'
import type { UserId } from '#shared/ids.ts'
import { landingOf, postResponse, redeem } from '#test/flows/hops.ts'
import { changeUser } from '#test/flows/new-administrator.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { tables } from '#test/stores/tables.ts'
import { skipReason, startChromium } from './chromium.ts'

/** Another site than ours: a web mailer with a link, and an identity provider that posts. */
const pages = {
  mail: '',
  respond: (_requestId: string): string => '',
  acsUrl: '',
}

describe('an administrator in Chromium', { skip: skipReason }, () => {
  let tenant: Tenant
  let userId: UserId
  let browser: Browser
  let elsewhere: string
  const site = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-type', 'text/html')
    if (pathname === '/mail') return response.end(`<a href="${pages.mail}">Sign in</a>`)
    const message = Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')
    const xml = message.length > 0 ? inflateRawSync(message).toString() : ''
    const [, id = ''] = / ID="([^"]+)"/.exec(xml) ?? []
    return response.end(
      `<form method="post" action="${pages.acsUrl}">` +
        `<input type="hidden" name="SAMLResponse" value="${pages.respond(id)}">` +
        `<input type="hidden" name="RelayState" value="${searchParams.get('RelayState')}">` +
        `<button>Send the response</button></form>`,
    )
  })
  before(async () => {
    const url = await listen(site, { port: 0, host: '127.0.0.1' })
    elsewhere = url.replace('127.0.0.1', 'localhost')
    tenant = await newTenant({ singleSignOn: { binding: 'redirect', url: `${elsewhere}/sso` } })
    const { token } = landingOf(await postResponse(tenant, tenant.respond()))
    const redeemed = (await (await redeem(tenant, token)).json()) as { user: { id: UserId } }
    userId = redeemed.user.id
    await changeUser(tenant.orgId, userId, { role: 'admin' })
    pages.acsUrl = tenant.serviceProvider.acsUrl
    pages.respond = (inResponseTo) => tenant.respond({ inResponseTo })
    browser = await startChromium()
  })
  after(async () => {
    await browser.close()
    site.close()
    site.closeAllConnections()
  })

  const newPage = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  /**
   * What the page of the Organization Center does: who am I, a refresh, a call, a change. From a
   * document of our origin that may call, as the neutral page may not.
   */
  async function callFromPage(page: Page) {
    await page.goto(`${tenant.stack.url}/.well-known/jwks.json`)
    return page.evaluate(async (orgId) => {
      const shown = await fetch('/admin/session')
      const { csrfToken, user } = (await shown.json()) as {
        csrfToken: string
        user: { id: string }
      }
      const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
      const refreshed = await fetch('/admin/session/refresh', { method: 'POST', headers })
      const listed = await fetch(`/orgs/${orgId}/idps`)
      const body = JSON.stringify({ label: 'x' })
      const path = `/orgs/${orgId}/setup-links`
      const created = await fetch(path, { method: 'POST', headers, body })
      const forged = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const statuses = [shown, refreshed, listed, created, forged].map(({ status }) => status)
      return { id: user.id, statuses }
    }, tenant.orgId)
  }

  test('signs in by a link in a mail of another site, and the page works with the session', async () => {
    const { ephemeral } = await tables()
    const endsAt = Math.floor(Date.now() / 1000) + 900
    const { link, token } = issueLink({ kind: 'sign-in', orgId: tenant.orgId, userId, endsAt })
    await dynamoLinks(ephemeral).save(link)
    pages.mail = linkUrl(tenant.stack.url, token)
    const page = await newPage()
    await page.goto(`${elsewhere}/mail`)
    await page.getByRole('link', { name: 'Sign in' }).click()
    const posted = page.waitForRequest((request) => request.method() === 'POST')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const headers = await (await posted).allHeaders()
    assert.equal(headers['origin'], tenant.stack.url)
    assert.equal(headers['referer'], `${tenant.stack.url}/`)
    await page.getByText(`You are signed in as ada@${tenant.domain}`).waitFor()
    assert.equal(new URL(page.url()).pathname, '/center')
    assert.equal(await page.evaluate(() => document.cookie), '')
    const { id, statuses } = await callFromPage(page)
    assert.deepEqual([id, statuses], [userId, [200, 200, 200, 201, 403]])
  })

  test('signs in by single sign-on, although the provider is another site', async () => {
    const page = await newPage()
    await page.goto(`${tenant.stack.url}/admin/sign-in/sso?organization=${tenant.orgId}`)
    await page.getByRole('button', { name: 'Send the response' }).click()
    await page.getByText(`You are signed in as ada@${tenant.domain}`).waitFor()
    assert.equal(new URL(page.url()).pathname, '/center')
    const { id, statuses } = await callFromPage(page)
    assert.deepEqual([id, statuses], [userId, [200, 200, 200, 201, 403]])
  })

  test('can do it all by keyboard', async () => {
    const page = await newPage()
    await page.goto(`${tenant.stack.url}/admin/sign-in`)
    assert.equal(await page.getByRole('textbox').evaluate((one) => one.matches(':focus')), true)
    await page.keyboard.type('nobody@nowhere.example')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor()
  })
})
