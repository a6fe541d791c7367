import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { httpSession, readForms, readFrames, readText } from './http-session.ts'

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => server[Symbol.asyncDispose]()
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop }
}

const page = (html: string) => ({ url: 'http://127.0.0.1/a/page?x=1', status: 200, html })

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

test('httpSession keeps cookies across redirects, ports and until they expire', async () => {
  const listener: RequestListener = ({ url, headers }, response) => {
    if (url === '/set') {
      const cookies = ['a=1; Path=/; Secure', 'b=2=2; Max-Age=60', 'c=3; HttpOnly']
      response.writeHead(303, { location: '/seen', 'set-cookie': cookies }).end()
    } else if (url === '/drop') {
      const cookies = ['a=; Max-Age=0', 'c=x; expires=Thu, 01-Jan-1970 00:00:01 GMT']
      response.writeHead(302, { location: 'seen', 'set-cookie': cookies }).end()
    } else response.end(headers.cookie ?? 'none')
  }
  await using first = await serve(listener)
  await using second = await serve(listener)
  const session = httpSession()
  const seen = await session.open(`${first.url}/set`)
  assert.deepEqual(seen, { url: `${first.url}/seen`, status: 200, html: 'a=1; b=2=2; c=3' })
  assert.equal((await session.open(`${second.url}/seen`)).html, 'a=1; b=2=2; c=3')
  assert.equal((await session.open(`${first.url}/drop`)).html, 'b=2=2')
  assert.equal((await httpSession().open(`${first.url}/seen`)).html, 'none')
})

test('httpSession sends a form by its method and shows a redirect only on request', async () => {
  await using server = await serve(async (request, response) => {
    if (request.url === '/moved') response.writeHead(307, { location: '/' }).end()
    else response.end(`${request.method} ${request.url} ${(await request.toArray()).join('')}`)
  })
  const session = httpSession()
  const fields = new URLSearchParams({ name: 'ü &' })
  const post = { action: `${server.url}/moved`, method: 'POST', fields } as const
  const get = { action: `${server.url}/?old=1`, method: 'GET', fields } as const
  assert.equal((await session.submit(post)).html, 'POST / name=%C3%BC+%26')
  assert.equal((await session.submit(get)).html, 'GET /?name=%C3%BC+%26 ')
  assert.equal((await session.send(`${server.url}/moved`)).status, 307)
})

test('httpSession gives up on endless redirects', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(302, { location: '/again' }).end()
  })
  await assert.rejects(httpSession().open(server.url), /too many redirects/)
})

test('httpSession stops at a redirect to another machine', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(303, { location: 'https://product.example/in?token=1' }).end()
  })
  const page = await httpSession().open(server.url)
  assert.deepEqual(page, { url: 'https://product.example/in?token=1', status: 200, html: '' })
})

test('readFrames returns the addresses of frames', () => {
  const html = `<iframe class="f" src="/a?b=1&amp;c=2"></iframe><iframe></iframe>
    <IFRAME SRC='http://127.0.0.1:8/x'></IFRAME>`
  assert.deepEqual(readFrames(page(html)), ['http://127.0.0.1/a?b=1&c=2', 'http://127.0.0.1:8/x'])
})

test('readForms returns any name and value that a page can escape', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 })
  const fields = fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })))
  fc.assert(
    fc.property(fields, fc.constantFrom('"', "'"), (pairs, quote) => {
      const attribute = (key: string, value: string) =>
        `${key}=${quote}${escapeHtml(value)}${quote}`
      const inputs = pairs.map(
        ([key, value]) =>
          `<input type="hidden" ${attribute('name', key)} ${attribute('value', value)}/>`,
      )
      const [form] = readForms(page(`<form method="post" action="?">${inputs.join('\n')}</form>`))
      assert.deepEqual([...(form?.fields ?? [])], pairs)
    }),
  )
})

test('readForms resolves the action and leaves out buttons and boxes', () => {
  const html = `<form><input name=bare><input name="q" value="1"><input id="x" value="2">
    <input type="submit" name="go"><input type="checkbox" name="remember" value="yes"></form>
    <FORM METHOD="Post" ACTION="../post?a=1&amp;b=2"></FORM>`
  const [first, second] = readForms(page(html))
  assert.deepEqual([first?.action, first?.method], ['http://127.0.0.1/a/page?x=1', 'GET'])
  assert.equal(first?.fields.toString(), 'q=1')
  assert.deepEqual([second?.action, second?.method], ['http://127.0.0.1/post?a=1&b=2', 'POST'])
})

test('readText shows what a reader sees', () => {
  const html =
    '<head><title>t</title></head><h1>Wrong&nbsp;&#x1F511; &lt;user&gt;</h1><script>x</script>'
  assert.equal(readText(page(html)), 'Wrong&nbsp;🔑 <user>')
})
