import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { listen } from '#local/listen.ts'
import { postForm } from '#shared/http/post-form.ts'
import { skipReason, startChromium } from './chromium.ts'

type Posted = { url: string | undefined; headers: IncomingHttpHeaders; fields: URLSearchParams }

describe('postForm in Chromium', { skip: skipReason }, () => {
  const fields = { SAMLRequest: 'PGEv+g/=', RelayState: `a"b<c>&'d` }
  let browser: Browser
  let ourUrl: string
  let posted: Posted[] = []

  /** A provider that sends the browser on to another origin after the post, as many do. */
  const elsewhere = createServer((_, response) => response.end('<h1>Elsewhere</h1>'))
  const provider = createServer((request, response) => {
    text(request).then(
      (body) => {
        const { url, headers } = request
        posted.push({ url, headers, fields: new URLSearchParams(body) })
        response.writeHead(303, { location: elsewhereUrl }).end()
      },
      (error: Error) => response.destroy(error),
    )
  })
  const ours = createServer((_, response) => {
    const { statusCode, headers, body } = postForm(`${providerUrl}/sso?a=1&b=2`, fields)
    response.writeHead(statusCode, headers).end(body)
  })
  let elsewhereUrl = ''
  let providerUrl = ''
  const local = { port: 0, host: '127.0.0.1' }

  before(async () => {
    elsewhereUrl = await listen(elsewhere, local)
    providerUrl = await listen(provider, local)
    ourUrl = await listen(ours, local)
    browser = await startChromium()
  })
  beforeEach(() => {
    posted = []
  })
  after(async () => {
    await browser.close()
    for (const server of [elsewhere, provider, ours]) {
      server.close()
      server.closeAllConnections()
    }
  })

  function isWhole() {
    const [one, ...more] = posted
    assert.deepEqual(more, [])
    assert.equal(one?.url, '/sso?a=1&b=2')
    assert.deepEqual(Object.fromEntries(one.fields), fields)
    assert.equal(one.headers.origin, ourUrl)
    assert.equal(one.headers.referer, `${ourUrl}/`)
  }

  test('sends itself, and the browser may be sent on', async () => {
    const page = await browser.newPage()
    await page.goto(`${ourUrl}/login?secret=1`)
    await page.getByRole('heading', { name: 'Elsewhere' }).waitFor({ timeout: 10_000 })
    isWhole()
    await page.close()
  })

  test('waits for its button where scripts are off', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${ourUrl}/login?secret=1`)
    assert.deepEqual(posted, [])
    assert.match(String(await page.locator('main').textContent()), /runs no scripts/)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Elsewhere' }).waitFor({ timeout: 10_000 })
    isWhole()
    await context.close()
  })
})
