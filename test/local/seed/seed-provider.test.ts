import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { listen } from '#local/listen.ts'
import type { SeedProvider } from '#local/seed/seed-file.ts'
import { describeProblems } from '#local/seed/seed-problem.ts'
import { describeProvider } from '#local/seed/seed-provider.ts'
import { METADATA_LIMIT } from '#shared/idps/metadata-xml.ts'
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
const parameters = {
  entityId: 'https://idp.example',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
} as const
const described = {
  ok: true,
  value: { ...parameters, signingKeys: [current], wantsSignedRequests: false },
}

test('describeProvider reads metadata', async () => {
  assert.deepEqual(await describe({ metadata: plainMetadata }), described)
})

test('describeProvider fetches metadata, also after a redirect', async () => {
  assert.deepEqual(await describe({ metadataUrl: `${origin}/metadata` }), described)
  assert.deepEqual(await describe({ metadataUrl: `${origin}/moved` }), described)
})

test('describeProvider takes parameters', async () => {
  const certificates = [keys.provider.certificate, keys.next.certificate]
  assert.deepEqual(await describe({ parameters: { ...parameters, certificates } }), {
    ok: true,
    value: { ...parameters, signingKeys: [current, next], wantsSignedRequests: false },
  })
})

const wrong: readonly (readonly [string, () => Partial<SeedProvider>, string])[] = [
  ['metadata', () => ({ metadata: '<a/>' }), 'idp.metadata: metadata_entity_missing (got a)'],
  [
    'a certificate',
    () => ({ parameters: { ...parameters, certificates: [keys.next.certificate, 'AAAA'] } }),
    'idp.parameters.certificates[1]: certificate_malformed',
  ],
  [
    'several parameters at once',
    () => ({
      parameters: {
        entityId: 'my provider',
        singleSignOn: { binding: 'post', url: 'https://me@idp.example/' },
        certificates: ['AAAA'],
      },
    }),
    `idp.parameters.entityId: entity_id_malformed (got my provider)
idp.parameters.singleSignOn.url: url_credentials (got https://me@idp.example/)
idp.parameters.certificates[0]: certificate_malformed`,
  ],
  [
    'an address with something else',
    () => ({ metadataUrl: `${origin}/page` }),
    'idp.metadataUrl: metadata_entity_missing (got html)',
  ],
  [
    'an address with nothing',
    () => ({ metadataUrl: `${origin}/nothing` }),
    'idp.metadataUrl: status_404 (got <origin>/nothing)',
  ],
  [
    'an address with too much',
    () => ({ metadataUrl: `${origin}/large` }),
    'idp.metadataUrl: too_large (want 1048576 bytes)',
  ],
  [
    'an address where nobody is',
    () => ({ metadataUrl: deserted }),
    'idp.metadataUrl: unreachable (got <deserted>: connect ECONNREFUSED <deserted>)',
  ],
]
for (const [name, source, problem] of wrong) {
  test(`describeProvider says what is wrong with ${name}`, async () => {
    const found = await describe(source())
    assert.ok(!found.ok)
    const [address = ''] = deserted.split('//').slice(1)
    const shown = describeProblems(found.error)
      .replaceAll(origin, '<origin>')
      .replaceAll(deserted, '<deserted>')
      .replaceAll(address, '<deserted>')
    assert.equal(shown, problem)
  })
}
