import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { askFile } from '#shared/domains/ask-file.ts'
import { lookForProof, methodFound } from '#shared/domains/look-for-proof.ts'
import type { FetchCause, FetchDocument } from '#shared/net/ports.ts'
import { fail, ok } from '#shared/result.ts'

const code = 'f7a1c1f0-6f0e-4a5b-8d7e-2f8b1d3c4e5a'
const value = `latchkey-verification=${code}`

const serving =
  (document: string | Buffer): FetchDocument =>
  async () =>
    ok(Buffer.from(document as string))
const failing =
  (cause: FetchCause, got?: string): FetchDocument =>
  async () =>
    fail({ cause, ...(got !== undefined && { got }) })

describe('askFile', () => {
  const documents = [
    ['finds the text', value, { outcome: 'found' }],
    ['finds it with a line break', `${value}\r\n`, { outcome: 'found' }],
    ['finds it behind a byte order mark', `\u{feff}${value}`, { outcome: 'found' }],
    ['shows another text', '<html>Welcome', { outcome: 'other_value', got: ['<html>Welcome'] }],
    ['takes no second line', `${value}\nx`, { outcome: 'other_value', got: [`${value}\u{fffd}x`] }],
    ['takes the value only, not the code', code, { outcome: 'other_value', got: [code] }],
    ['shows an empty file', '', { outcome: 'other_value', got: [''] }],
    [
      'shows what is no text',
      Buffer.from([0xff, 0xfe, 0]),
      { outcome: 'other_value', got: ['\u{fffd}\u{fffd}\u{fffd}'] },
    ],
  ] as const
  for (const [name, document, finding] of documents) {
    test(name, async () => {
      assert.deepEqual(await askFile(serving(document as string), 'acme.de', code), finding)
    })
  }

  const failures = [
    ['status_404', undefined, { outcome: 'nothing_there', status: 404 }],
    ['status_410', undefined, { outcome: 'nothing_there', status: 410 }],
    ['status_204', undefined, { outcome: 'nothing_there', status: 204 }],
    ['status_503', undefined, { outcome: 'could_not_ask', cause: 'server_error', got: '503' }],
    ['status_403', undefined, { outcome: 'could_not_ask', cause: 'server_error', got: '403' }],
    ['encoding_unknown', 'br', { outcome: 'could_not_ask', cause: 'server_error' }],
    ['unreachable', 'ENOTFOUND', { outcome: 'nothing_there' }],
    [
      'unreachable',
      'ECONNREFUSED',
      { outcome: 'could_not_ask', cause: 'unreachable', got: 'ECONNREFUSED' },
    ],
    [
      'unreachable',
      'EAI_AGAIN',
      { outcome: 'could_not_ask', cause: 'unreachable', got: 'EAI_AGAIN' },
    ],
    ['unreachable', undefined, { outcome: 'could_not_ask', cause: 'unreachable' }],
    ['timeout', undefined, { outcome: 'could_not_ask', cause: 'timeout' }],
    [
      'tls_failed',
      'CERT_HAS_EXPIRED',
      { outcome: 'could_not_ask', cause: 'tls_failed', got: 'CERT_HAS_EXPIRED' },
    ],
    ['redirect_elsewhere', 'www.acme.de', { outcome: 'redirected', where: 'www.acme.de' }],
    ['redirect_forbidden', 'url_not_https', { outcome: 'redirected' }],
    ['address_forbidden', undefined, { outcome: 'address_forbidden' }],
    ['too_large', undefined, { outcome: 'too_large' }],
  ] as const
  for (const [cause, got, finding] of failures) {
    test(`says what ${cause} ${got ?? ''} means`, async () => {
      assert.deepEqual(await askFile(failing(cause, got), 'acme.de', code), finding)
    })
  }

  test('asks for 64 KB in 5 s at the well-known place, on that host alone', async () => {
    let asked: unknown
    const listening: FetchDocument = async (url, limits) => {
      asked = [url, limits]
      return ok(Buffer.from(value))
    }
    await askFile(listening, 'acme.de', code)
    const url = 'https://acme.de/.well-known/latchkey-verification.txt'
    assert.deepEqual(asked, [url, { limitBytes: 65_536, timeoutMs: 5000, staysOnHost: true }])
  })
})

describe('lookForProof', () => {
  const claim = { domain: 'acme.de', code }
  const resolveTxt = async () => ok([[value]])

  test('asks where it is told to', async () => {
    const ports = { resolveTxt, fetchDocument: serving('other') }
    const file = { outcome: 'other_value', got: ['other'] }
    assert.deepEqual(await lookForProof(ports, claim, ['dns']), { dns: { outcome: 'found' } })
    assert.deepEqual(await lookForProof(ports, claim, ['file']), { file })
    assert.deepEqual(await lookForProof(ports, claim, ['dns', 'file']), {
      dns: { outcome: 'found' },
      file,
    })
  })

  test('is content with one of them', () => {
    const [found, missing] = [{ outcome: 'found' }, { outcome: 'nothing_there' }] as const
    assert.equal(methodFound({ dns: found, file: missing }), 'dns')
    assert.equal(methodFound({ dns: missing, file: found }), 'file')
    assert.equal(methodFound({ dns: missing, file: missing }), undefined)
    assert.equal(methodFound({ file: found }), 'file')
  })
})
