import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { listen } from '#local/listen.ts'
import type { SeedProvider } from '#local/seed/seed-file.ts'
import { describeProvider } from '#local/seed/seed-provider.ts'
import { METADATA_LIMIT } from '#shared/idps/read-metadata.ts'
import { readCertificate } from '#shared/idps/signing-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { plainMetadata } from '#test/shared/idps/provider-metadata.ts'

const server = createServer(({ url }, response) => {
  if (url === '/moved') return response.writeHead(302, { location: '/metadata' }).end()
  if (url === '/metadata') return response.end(plainMetadata)
  if (url === '/page') return response.end('<html/>')
  if (url === '/large') return response.end(Buffer.alloc(METADATA_LIMIT + 1))
  return response.writeHead(404).end()
})
let origin: string
let deserted: string
before(async () => {
  origin = await listen(server, { port: 0, host: '127.0.0.1' })
  const other = createServer()
  deserted = await listen(other, { port: 0, host: '127.0.0.1' })
  other.close()
})
after(() => {
  server.close()
  server.closeAllConnections()
})

const provider = (source: Partial<SeedProvider>): SeedProvider => ({
  name: 'Provider',
  identifiers: 'shared',
  allowsUnsolicited: true,
  clockSkewSeconds: 120,
  ...source,
})
const describe = (source: Partial<SeedProvider>) => describeProvider(provider(source), ['idp'])

const [current, next] = [keys.provider, keys.next].map(({ certificate }) => {
  const key = readCertificate(certificate)
  assert.ok(key.ok)
  return key.value
})
const described = {
  ok: true,
  value: {
    entityId: 'https://idp.example',
    singleSignOnUrl: 'https://idp.example/sso',
    signingKeys: [current],
  },
}

test('describeProvider reads metadata', async () => {
  assert.deepEqual(await describe({ metadata: plainMetadata }), described)
})

test('describeProvider fetches metadata, also after a redirect', async () => {
  assert.deepEqual(await describe({ metadataUrl: `${origin}/metadata` }), described)
  assert.deepEqual(await describe({ metadataUrl: `${origin}/moved` }), described)
})

const { entityId, singleSignOnUrl } = described.value
const parameters = { entityId, singleSignOnUrl }

test('describeProvider takes parameters', async () => {
  const certificates = [keys.provider.certificate, keys.next.certificate]
  assert.deepEqual(await describe({ parameters: { ...parameters, certificates } }), {
    ok: true,
    value: { ...parameters, signingKeys: [current, next] },
  })
})

const wrong = [
  ['metadata', () => ({ metadata: '<a/>' }), 'idp.metadata: metadata_entity_missing (got a)'],
  [
    'a certificate',
    () => ({ parameters: { ...parameters, certificates: [keys.next.certificate, 'AAAA'] } }),
    'idp.parameters.certificates[1]: certificate_malformed',
  ],
  [
    'an address with something else',
    () => ({ metadataUrl: `${origin}/page` }),
    'idp.metadataUrl: metadata_entity_missing (got html)',
  ],
  [
    'an address with nothing',
    () => ({ metadataUrl: `${origin}/nothing` }),
    'idp.metadataUrl: <origin>/nothing: it answers 404',
  ],
  [
    'an address with too much',
    () => ({ metadataUrl: `${origin}/large` }),
    'idp.metadataUrl: <origin>/large: it answers more than 1 MB',
  ],
  [
    'an address where nobody is',
    () => ({ metadataUrl: deserted }),
    'idp.metadataUrl: <deserted>: connect ECONNREFUSED <deserted>',
  ],
] as const
for (const [name, source, problem] of wrong) {
  test(`describeProvider says what is wrong with ${name}`, async () => {
    const found = await describe(source())
    assert.ok(!found.ok)
    const { path, problem: text } = found.error
    const [address = ''] = deserted.split('//').slice(1)
    const shown = `${path}: ${text}`
      .replace(origin, '<origin>')
      .replace(deserted, '<deserted>')
      .replace(address, '<deserted>')
    assert.equal(shown, problem)
  })
}
