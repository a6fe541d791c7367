import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { errorPage } from '#shared/http/html.ts'

const page = { title: 'Title', text: 'Text', traceId: 'trc_1' }

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
const decode = (html: string) =>
  Object.entries(entities).reduceRight((text, [entity, c]) => text.replaceAll(entity, c), html)

/** The page around its texts: each of them is captured, and none may hold markup. */
const { body: marked } = errorPage(403, { title: 'MARK', text: 'MARK', traceId: 'MARK' })
const quoted = marked.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const shape = new RegExp(`^${quoted.replaceAll('MARK', '([^<>"\']*)')}$`)

describe('errorPage', () => {
  test('is a page that nothing can be loaded into or framed, and that nobody keeps', () => {
    const { statusCode, headers } = errorPage(403, page)
    assert.equal(statusCode, 403)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    )
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
  })

  test('shows the trace id where it can be found', () => {
    assert.ok(errorPage(400, page).body.includes('<code id="trace-id">trc_1</code>'))
  })

  test('lets no text become markup', () => {
    const evil = `</title><script>alert("1")</script>&lt;'`
    const { body } = errorPage(403, { title: evil, text: evil, traceId: evil })
    assert.doesNotMatch(body, /<script/)
    const escaped = '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;lt;&#39;'
    assert.equal(body.split(escaped).length, 5)
  })

  test('shows any text as it is, and stays the page that it is', () => {
    const text = fc.oneof(
      fc
        .array(fc.constantFrom('<', '>', '&', '"', "'", '/', 'script', '$&', '&amp;'))
        .map((all) => all.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(text, text, text, (title, words, traceId) => {
        const { body } = errorPage(403, { title, text: words, traceId })
        const [, ...shown] = shape.exec(body) ?? []
        assert.deepEqual(shown.map(decode), [title, title, words, traceId])
      }),
    )
  })
})
