import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { postForm } from '#shared/http/post-form.ts'

const action = 'https://idp.example.com/sso?a=1&b=2'
const fields = { SAMLRequest: 'PGEvPg==', RelayState: 'r' }

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
const decode = (html: string) =>
  Object.entries(entities).reduceRight((text, [entity, c]) => text.replaceAll(entity, c), html)

/** The form as a browser reads it. */
function formIn(body: string) {
  const form = /<form method="post" action="([^"]*)">(.*)<\/form>/s.exec(body)
  const inputs = [
    ...(form?.[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g),
  ]
  return {
    action: decode(form?.[1] ?? ''),
    fields: inputs.map(([, name = '', value = '']) => [decode(name), decode(value)]),
  }
}

describe('postForm', () => {
  test('is a page with the form', () => {
    const { statusCode, headers, body } = postForm(action, fields)
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.deepEqual(formIn(body), { action, fields: Object.entries(fields) })
  })

  test('is kept by nobody, framed by nobody, and tells nothing but its origin', () => {
    const { headers } = postForm(action, fields)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'strict-origin')
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
  })

  test('lets its own script run, which sends the form, and no other', () => {
    const { headers, body } = postForm(action, fields)
    const scripts = [...body.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script)
    assert.deepEqual(scripts, ['document.forms[0].submit()'])
    const digest = createHash('sha256').update(String(scripts[0])).digest('base64')
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'; ` +
        `base-uri 'none'; frame-ancestors 'none'`,
    )
  })

  test('has a button, and says what it is for where scripts are off', () => {
    const { body } = postForm(action, fields)
    assert.match(body, /<html lang="en">.*<title>.+<\/title>.*<h1>.+<\/h1>/s)
    assert.match(body, /<button type="submit">Continue<\/button>/)
    assert.match(body, /<noscript><p>[^<]+<\/p><\/noscript>/)
  })

  test('has the same script for all: nothing of the message is in it', () => {
    const policy = (value: string) =>
      postForm(value, { [value]: value }).headers['content-security-policy']
    assert.equal(policy('a'), policy('</script>'))
  })

  test('carries any values as they are, and lets none become markup', () => {
    const text = fc.oneof(
      fc
        .array(fc.constantFrom('<', '>', '&', '"', "'", '/', 'script', '$&', '&amp;', '"><'))
        .map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, text, text, (url, name, value) => {
        const { body } = postForm(url, { [name]: value })
        assert.deepEqual(formIn(body), { action: url, fields: [[name, value]] })
        assert.equal(body.split('<').length, postForm('', { x: '' }).body.split('<').length)
      }),
    )
  })
})
