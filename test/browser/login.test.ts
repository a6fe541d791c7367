import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { listen } from '#local/listen.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { skipReason, startChromium } from './chromium.ts'

describe('the page that asks for an address, in Chromium,', { skip: skipReason }, () => {
  let tenant: Tenant
  let browser: Browser
  const provider = createServer((_, response) => response.end('<h1>The provider</h1>'))
  before(async () => {
    const url = await listen(provider, { port: 0, host: '127.0.0.1' })
    tenant = await newTenant({ singleSignOn: { binding: 'redirect', url: `${url}/sso` } })
    browser = await startChromium()
  })
  after(async () => {
    await browser.close()
    provider.close()
    provider.closeAllConnections()
  })

  const open = async (path = '/login'): Promise<Page> => {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(`${tenant.stack.url}${path}`)
    return page
  }

  test('takes an address by keyboard alone and goes to the provider of its domain', async () => {
    const page = await open('/login?product=training')
    await page.keyboard.type(`ada@${tenant.domain}`)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'The provider' }).waitFor()
    const { pathname, searchParams } = new URL(page.url())
    assert.equal(pathname, '/sso')
    assert.ok(searchParams.has('SAMLRequest'))
  })

  test('has a name for its field and its button, and the focus in the field', async () => {
    const page = await open()
    const field = page.getByRole('textbox', { name: 'Your work e-mail address' })
    assert.equal(await field.evaluate((element) => element.matches(':focus')), true)
    assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 1)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  })

  test('says what is wrong with an address, and ties it to the field', async () => {
    const page = await open()
    const field = page.getByRole('textbox')
    await field.fill('ada@acme') // a browser takes it, as intranets have such names
    await page.getByRole('button').click()
    assert.match(String(await page.getByRole('alert').textContent()), /complete e-mail address/)
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    const described = await field.getAttribute('aria-describedby')
    assert.equal(await page.getByRole('alert').getAttribute('id'), described)
  })

  test('leads on from an address that nobody signs in with', async () => {
    const page = await open()
    await page.getByRole('textbox').fill('ada@nobody.example')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Enter another address' }).click()
    assert.equal(new URL(page.url()).pathname, '/login')
  })
})
