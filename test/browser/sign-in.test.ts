import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { skipReason, startChromium } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'

describe('the demo in Chromium', { skip: skipReason }, () => {
  let demo: Demo
  let browser: Browser

  before(async () => {
    ;[demo, browser] = await Promise.all([startDemo(), startChromium()])
  })
  after(async () => {
    await browser.close()
    await demo[Symbol.asyncDispose]()
  })

  /** A page of its own, which may fail nothing silently. */
  const open = async (url: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(url)
    return page
  }

  test('signs a person in from the product', async () => {
    const page = await open(demo.demo.productUrl)
    await page
      .getByRole('link', { name: /sign in with acme/i })
      .or(page.getByRole('button', { name: /sign in with acme/i }))
      .click()
    assert.equal(new URL(page.url()).origin, demo.demo.identityProviderUrl)
    await page.getByRole('button', { name: /ada/i }).click()
    await page.waitForURL((url) => url.origin === demo.demo.productUrl)
    const shown = String(await page.locator('main').textContent())
    assert.match(shown, /ada\.lovelace@acme\.example/)
    assert.match(shown, /usr_[0-9a-f]{32}/)
    assert.ok(!page.url().includes('token='))
  })

  test('signs a person in from the provider', async () => {
    const page = await open(demo.demo.identityProviderUrl)
    await page.getByRole('button', { name: /ada/i }).click()
    await page.waitForURL((url) => url.origin === demo.demo.productUrl)
    assert.match(String(await page.locator('main').textContent()), /ada\.lovelace@acme\.example/)
  })

  test('shows a page with a trace id to a person who is refused', async () => {
    const page = await open(demo.demo.identityProviderUrl)
    await page.getByRole('button', { name: /mallory/i }).click()
    await page.waitForURL((url) => url.origin === demo.url)
    assert.equal(
      await page.getByRole('heading', { level: 1 }).textContent(),
      'Sign-in did not work',
    )
    assert.match(String(await page.locator('#trace-id').textContent()), /^trc_[0-9a-f]{32}$/)
    assert.doesNotMatch(String(await page.locator('body').textContent()), /mallory|domain/i)
  })
})
