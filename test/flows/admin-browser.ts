import { runningStack } from './running-stack.ts'

type Sent = {
  method?: string
  headers?: Record<string, string>
  form?: Record<string, string>
  json?: unknown
}

function bodyOf({ form, json }: Sent) {
  if (form) return new URLSearchParams(form)
  return json === undefined ? undefined : JSON.stringify(json)
}

/** A browser with cookies, which follows no redirect: tests look at each. */
export async function newBrowser() {
  const { stack } = await runningStack()
  const cookies = new Map<string, string>()
  let csrfToken = ''

  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  function keep(line: string) {
    const [, name = '', value = '', age = ''] = /^([^=]+)=([^;]*); Max-Age=(\d+)/.exec(line) ?? []
    if (age === '0') cookies.delete(name)
    else cookies.set(name, value)
  }

  async function send(path: string, sent: Sent = {}) {
    const body = bodyOf(sent)
    const response = await fetch(new URL(path, stack.url), {
      method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(cookies.size > 0 && { cookie: cookieHeader() }),
        ...(sent.json !== undefined && { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(body !== undefined && { body }),
    })
    for (const line of response.headers.getSetCookie()) keep(line)
    return response
  }

  /** A call of the page: it knows the CSRF token. */
  const call = (method: string, path: string, json?: unknown) =>
    send(path, {
      method,
      json,
      headers: { 'x-csrf-token': csrfToken, origin: stack.url },
    })

  /** What the page asks first. */
  async function session() {
    const response = await send('/admin/session')
    const body = (await response.json()) as Record<string, unknown>
    if (response.status === 200) csrfToken = String(body['csrfToken'])
    return { status: response.status, body }
  }

  return { stack, cookies, send, call, session }
}

export type Browser = Awaited<ReturnType<typeof newBrowser>>

/** Opens a mailed link and reads the form of its page. */
export async function openLink(browser: Browser, link: URL) {
  const response = await browser.send(link.href)
  const page = await response.text()
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  return { response, page, form: { token: field('token'), nonce: field('nonce') } }
}

/** Presses the button of a mailed link. */
export async function pressButton(browser: Browser, link: URL) {
  const { form } = await openLink(browser, link)
  const headers = { origin: browser.stack.url }
  return browser.send('/admin/sign-in/confirm', { form, headers })
}
