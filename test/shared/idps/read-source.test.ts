import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SourceInput } from '#shared/idps/management.ts'
import { preview } from '#shared/idps/preview.ts'
import { readSource } from '#shared/idps/read-source.ts'
import type { FetchDocument } from '#shared/net/ports.ts'
import { fail, ok } from '#shared/result.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { plainMetadata } from './provider-metadata.ts'

const now = Date.UTC(2026, 0, 1) / 1000
const url = 'https://idp.example/metadata'

const nothing: FetchDocument = () => assert.fail('nothing may be fetched')
const serving =
  (document: string): FetchDocument =>
  async (address, limits) => {
    assert.equal(address, url)
    assert.deepEqual(limits, { limitBytes: 1024 * 1024, timeoutMs: 5000 })
    return ok(Buffer.from(document))
  }

const parameters: SourceInput = {
  kind: 'parameters',
  entityId: 'https://idp.example',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
  certificates: [keys.provider.certificate],
}
const read = (input: SourceInput, fetchDocument = nothing) => readSource(input, fetchDocument, now)

test('readSource reads the same document from a URL, a file and parameters', async () => {
  const fromUrl = await read({ kind: 'url', url }, serving(plainMetadata))
  const fromFile = await read({ kind: 'file', document: plainMetadata })
  const fromParameters = await read(parameters)
  assert.ok(fromUrl.ok && fromFile.ok && fromParameters.ok)
  assert.deepEqual(fromFile, fromUrl)
  assert.deepEqual(fromParameters, fromUrl)
  assert.deepEqual(preview(fromParameters.value, now), preview(fromUrl.value, now))
})

test('readSource names the field of a document that is none', async () => {
  const error = { cause: 'metadata_entity_missing', got: 'html' }
  assert.deepEqual(await read({ kind: 'url', url }, serving('<html/>')), {
    ok: false,
    error: [{ field: 'url', ...error }],
  })
  assert.deepEqual(await read({ kind: 'file', document: '<html/>' }), {
    ok: false,
    error: [{ field: 'document', ...error }],
  })
})

test('readSource says why nothing could be fetched', async () => {
  const unreachable: FetchDocument = async () => fail({ cause: 'address_forbidden' })
  assert.deepEqual(await read({ kind: 'url', url }, unreachable), {
    ok: false,
    error: [{ field: 'url', cause: 'address_forbidden' }],
  })
})

test('readSource refuses a file that has expired', async () => {
  const document = plainMetadata.replace(' entityID', ' validUntil="2025-12-31T00:00:00Z" entityID')
  assert.deepEqual(await read({ kind: 'file', document }), {
    ok: false,
    error: [
      {
        field: 'document',
        cause: 'metadata_expired',
        got: '2025-12-31T00:00:00.000Z',
        want: '2026-01-01T00:00:00.000Z',
      },
    ],
  })
})

test('readSource says what is wrong with parameters', async () => {
  const problems = await read({ ...parameters, entityId: '' })
  const error = [{ field: 'entityId', cause: 'entity_id_missing', got: '' }]
  assert.deepEqual(problems, { ok: false, error })
})

test('readSource answers any file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (document) => {
      const file = await read({ kind: 'file', document })
      assert.deepEqual(file.ok ? [] : file.error.map(({ field }) => field), ['document'])
    }),
  )
})
