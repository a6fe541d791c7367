/** A page as a browser shows it; `url` is where its redirects ended. */
export type Page = { readonly url: string; readonly status: number; readonly html: string }

/** A form of a page: `action` is absolute, `fields` holds the values it would send untouched. */
export type HtmlForm = {
  readonly action: string
  readonly method: 'GET' | 'POST'
  readonly fields: URLSearchParams
}

export type HttpSession = {
  /** One request, redirects not followed. */
  send(url: string, init?: RequestInit): Promise<Response>
  /**
   * Follows redirects to the page that a browser would stop at. A page that is not of this machine
   * is not loaded: it comes back empty.
   */
  open(url: string): Promise<Page>
  submit(form: HtmlForm): Promise<Page>
}

/**
 * A small browser: keeps cookies by host name and follows redirects. As in browsers, the ports of
 * a host share its cookies (RFC 6265 §8.5) and loopback counts as secure; paths and SameSite are
 * not looked at.
 */
export function httpSession(): HttpSession {
  const jar = cookieJar()

  async function send(url: string, init: RequestInit = {}) {
    const headers = new Headers(init.headers)
    const cookies = jar.header(url)
    if (cookies) headers.set('cookie', cookies)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    jar.keep(url, response.headers.getSetCookie())
    return response
  }

  async function follow(url: string, init: RequestInit, hopsLeft = 10): Promise<Page> {
    const response = await send(url, init)
    const html = await response.text()
    const location = response.headers.get('location')
    if (!location) return { url, status: response.status, html }
    if (hopsLeft === 0) throw new Error(`too many redirects, the last one to ${location}`)
    const target = new URL(location, url)
    if (target.hostname !== '127.0.0.1') return { url: target.href, status: 200, html: '' }
    const keepsMethod = response.status === 307 || response.status === 308
    return follow(target.href, keepsMethod ? init : {}, hopsLeft - 1)
  }

  return {
    send,
    open: (url) => follow(url, {}),
    submit: ({ action, method, fields }) =>
      method === 'POST'
        ? follow(action, { method, body: fields })
        : follow(withQuery(action, fields), {}),
  }
}

/** The forms of a page in document order, hidden and text inputs only. */
export function readForms(page: Page): HtmlForm[] {
  return [...page.html.matchAll(formElement)].map(([, startTag = '', content = '']) => {
    const form = readAttributes(startTag)
    return {
      action: new URL(form.get('action') ?? '', page.url).href,
      method: form.get('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      fields: readFields(content),
    }
  })
}

/** The addresses of a page's frames, in document order. */
export const readFrames = (page: Page): string[] =>
  [...page.html.matchAll(frameElement)].flatMap(([, tag = '']) => {
    const source = readAttributes(tag).get('src')
    return source === undefined ? [] : [new URL(source, page.url).href]
  })

/** What a reader sees of a page, for error messages. */
export function readText(page: Page): string {
  const visible = page.html.replace(/<(script|style|head)\b.*?<\/\1>/gis, ' ')
  return decodeEntities(visible.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

const attributeList = /((?:[^>"']|"[^"]*"|'[^']*')*)/.source
const formElement = new RegExp(`<form\\b${attributeList}>(.*?)</form>`, 'gis')
const inputElement = new RegExp(`<input\\b${attributeList}>`, 'gi')
const frameElement = new RegExp(`<iframe\\b${attributeList}>`, 'gi')
const attribute = /([^\s="'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

const textTypes = new Set(['hidden', 'text', 'email', 'password'])

function readFields(html: string) {
  const fields = new URLSearchParams()
  for (const [, tag = ''] of html.matchAll(inputElement)) {
    const input = readAttributes(tag)
    const name = input.get('name')
    if (!name || !textTypes.has(input.get('type') ?? 'text')) continue
    fields.append(name, input.get('value') ?? '')
  }
  return fields
}

const readAttributes = (tag: string) =>
  new Map(
    [...tag.matchAll(attribute)].map(
      ([, name = '', quoted, single]) =>
        [name.toLowerCase(), decodeEntities(quoted ?? single ?? '')] as const,
    ),
  )

const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decodeEntities = (text: string) =>
  text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return namedEntities[name] ?? entity
  })

function withQuery(url: string, fields: URLSearchParams) {
  const target = new URL(url)
  target.search = fields.toString()
  return target.href
}

function cookieJar() {
  const cookiesByHost = new Map<string, Map<string, string>>()
  const cookiesOf = (url: string) => {
    const { hostname } = new URL(url)
    const cookies = cookiesByHost.get(hostname) ?? new Map<string, string>()
    cookiesByHost.set(hostname, cookies)
    return cookies
  }
  return {
    header: (url: string) => [...cookiesOf(url)].map((cookie) => cookie.join('=')).join('; '),
    keep(url: string, setCookies: readonly string[]) {
      const cookies = cookiesOf(url)
      for (const setCookie of setCookies) {
        const [, name = '', value = ''] = /^([^=;]*)=([^;]*)/.exec(setCookie) ?? []
        if (isExpired(setCookie)) cookies.delete(name)
        else cookies.set(name, value)
      }
    },
  }
}

/** RFC 6265 §5.3: Max-Age wins over Expires; a time in the past removes the cookie. */
function isExpired(setCookie: string) {
  const [, maxAge] = /;\s*max-age=(-?\d+)/i.exec(setCookie) ?? []
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const [, expires] = /;\s*expires=([^;]+)/i.exec(setCookie) ?? []
  return expires !== undefined && Date.parse(expires) <= Date.now()
}
