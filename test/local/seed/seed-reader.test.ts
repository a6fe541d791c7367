import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { toJsonSchema } from '@valibot/to-json-schema'
import { SeedFile } from '#local/seed/seed-file.ts'
import { describeProblems } from '#local/seed/seed-problem.ts'
import { readSeed, readSeedFile } from '#local/seed/seed-reader.ts'

type Changed = Record<string, unknown>

const hex = '0123456789abcdef0123456789abcdef'
const parameters = {
  entityId: 'https://idp.example',
  singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
  certificates: ['AAAA'],
}
const provider = (changed: Changed = {}) => ({ name: 'Provider', parameters, ...changed })
const organization = (changed: Changed = {}) => ({
  name: 'Acme',
  domains: ['acme.example'],
  defaultProduct: 'meetings',
  identityProviders: [provider()],
  ...changed,
})
const product = (changed: Changed = {}) => ({
  key: 'meetings',
  name: 'Meetings',
  landingUrl: 'https://meetings.example/sign-in',
  ...changed,
})
const seed = (changed: Changed = {}) => ({
  organizations: [organization()],
  products: [product()],
  ...changed,
})
const seedWith = (changed: Changed) =>
  seed({ organizations: [organization({ identityProviders: [provider(changed)] })] })

test('readSeed fills in what was left out', () => {
  const read = readSeed(seed(), '.')
  assert.deepEqual(read, {
    ok: true,
    value: {
      organizations: [
        organization({
          identityProviders: [
            {
              ...provider(),
              identifiers: 'shared',
              allowsUnsolicited: true,
              clockSkewSeconds: 120,
            },
          ],
        }),
      ],
      products: [product({ allowedPaths: ['/'] })],
    },
  })
})

test('readSeed takes everything that can be said', () => {
  const full = seed({
    organizations: [
      organization({
        id: `org_${hex}`,
        domains: ['acme.example', 'xn--bcher-kva.example', 'a.b-c.co.uk'],
        identityProviders: [
          provider({
            id: `idp_${hex}`,
            identifiers: 'organization',
            allowsUnsolicited: false,
            clockSkewSeconds: 0,
            kind: 'shibboleth',
            attributeNames: {
              email: ['mail', 'urn:oid:0.9.2342.19200300.100.1.3'],
              groups: ['isMemberOf'],
              subject: ['uid'],
            },
            signsRequests: true,
            allowsSha1: true,
            requiresEncryption: true,
            expiredCertificates: 'block',
            routedDomains: ['acme.example'],
            parameters: {
              ...parameters,
              singleLogout: {
                binding: 'post',
                url: 'https://idp.example/slo',
                responseUrl: 'https://idp.example/slo/done',
              },
              wantsSignedRequests: true,
            },
          }),
        ],
      }),
    ],
    products: [
      product({
        allowedPaths: ['/rooms', '/'],
        access: 'assigned',
        logoutUrl: 'https://meetings.example/bye',
        forceAuthn: true,
        authnContext: {
          classRefs: ['https://refeds.org/profile/mfa'],
          comparison: 'minimum',
        },
        credential: `cred_${hex}_${'s'.repeat(43)}`,
      }),
    ],
  })
  assert.deepEqual(readSeed(full, '.'), { ok: true, value: full })
})

const P = 'organizations[0].identityProviders[0]'
const wrong: readonly (readonly [string, unknown, string])[] = [
  ['a text', 'seed', 'Invalid type: Expected Object but received "seed"'],
  ['nothing in it', {}, 'organizations: is missing\nproducts: is missing'],
  [
    'an unknown property',
    seed({ organisations: [] }),
    'organisations: is no property of a seed file',
  ],
  [
    'an unknown property inside',
    seedWith({ colour: 'red' }),
    `${P}.colour: is no property of a seed file`,
  ],
  [
    'an attribute that we do not read',
    seedWith({ attributeNames: { phone: ['tel'] } }),
    `${P}.attributeNames.phone: is no property of a seed file`,
  ],
  [
    'an organization without name',
    seed({ organizations: [{ ...organization(), name: undefined }] }),
    'organizations[0].name: Invalid type: Expected string but received undefined',
  ],
  [
    'an id of another kind',
    seed({ organizations: [organization({ id: `idp_${hex}` })] }),
    'organizations[0].id: is not org_ and 32 hexadecimal digits',
  ],
  [
    'a domain in upper case',
    seed({ organizations: [organization({ domains: ['acme.example', 'ACME.example'] })] }),
    'organizations[0].domains[1]: is not a domain name in lower case',
  ],
  [
    'a domain that is an address',
    seed({ organizations: [organization({ domains: ['ada@acme.example'] })] }),
    'organizations[0].domains[0]: is not a domain name in lower case',
  ],
  [
    'a domain without a dot',
    seed({ organizations: [organization({ domains: ['localhost'] })] }),
    'organizations[0].domains[0]: is not a domain name in lower case',
  ],
  [
    'a domain twice',
    seed({ organizations: [organization(), organization({ name: 'Other' })] }),
    'organizations[1].domains[0]: occurs twice: acme.example',
  ],
  [
    'an organization’s id twice',
    seed({
      organizations: [
        organization({ id: `org_${hex}`, domains: [] }),
        organization({ id: `org_${hex}`, domains: [] }),
      ],
    }),
    `organizations[1].id: occurs twice: org_${hex}`,
  ],
  [
    'a provider’s id twice',
    seed({
      organizations: [
        organization({
          identityProviders: [provider({ id: `idp_${hex}` }), provider({ id: `idp_${hex}` })],
        }),
      ],
    }),
    `organizations[0].identityProviders[1].id: occurs twice: idp_${hex}`,
  ],
  [
    'a default product that does not exist',
    seed({ organizations: [organization({ defaultProduct: 'webinars' })] }),
    'organizations[0].defaultProduct: no product webinars',
  ],
  [
    'a provider with metadata from two places',
    seedWith({ metadata: '<a/>' }),
    `${P}: needs one of metadata, metadataFile, metadataUrl, parameters; it has metadata and parameters`,
  ],
  [
    'an address that is none',
    seedWith({ parameters: { ...parameters, singleSignOn: { url: 'idp.example' } } }),
    `${P}.parameters.singleSignOn.url: is not a URL\n${P}.parameters.singleSignOn.url: is not an http or https URL`,
  ],
  [
    'an address with another scheme',
    seed({ products: [product({ landingUrl: 'ftp://meetings.example/' })] }),
    'products[0].landingUrl: is not an http or https URL',
  ],
  [
    'no certificate',
    seedWith({ parameters: { ...parameters, certificates: [] } }),
    `${P}.parameters.certificates: Invalid length: Expected >=1 but received 0`,
  ],
  [
    'identifiers that we do not have',
    seedWith({ identifiers: 'own' }),
    `${P}.identifiers: Invalid type: Expected ("shared" | "organization") but received "own"`,
  ],
  [
    'a clock skew before zero',
    seedWith({ clockSkewSeconds: -1 }),
    `${P}.clockSkewSeconds: Invalid value: Expected >=0 but received -1`,
  ],
  [
    'a product’s key in upper case',
    seed({ products: [product(), product({ key: 'Webinars' })] }),
    'products[1].key: is not lower case letters, digits and hyphens, at most 64',
  ],
  [
    'a product’s key twice',
    seed({ products: [product(), product()] }),
    'products[1].key: occurs twice: meetings',
  ],
  [
    'a credential’s id twice',
    seed({
      products: [
        product({ credential: `cred_${hex}_${'s'.repeat(43)}` }),
        product({ key: 'webinars', credential: `cred_${hex}_${'t'.repeat(43)}` }),
      ],
    }),
    `products[1].credential: occurs twice: cred_${hex}`,
  ],
  [
    'a credential that is too short',
    seed({ products: [product({ credential: `cred_${hex}_secret` })] }),
    'products[0].credential: is not cred_, 32 hexadecimal digits, _ and 43 base64url characters',
  ],
  [
    'an allowed path that is relative',
    seed({ products: [product({ allowedPaths: ['/', 'rooms'] })] }),
    'products[0].allowedPaths[1]: is not a path, which begins with a slash',
  ],
]
for (const [name, content, problems] of wrong) {
  test(`readSeed refuses ${name}, and says where`, () => {
    const read = readSeed(content, '.')
    assert.equal(read.ok ? 'accepted' : describeProblems(read.error), problems)
  })
}

test('readSeed refuses a provider without any metadata', () => {
  const { parameters: _, ...bare } = provider()
  const read = readSeed(seed({ organizations: [organization({ identityProviders: [bare] })] }), '.')
  assert.equal(
    read.ok ? 'accepted' : describeProblems(read.error),
    `${P}: needs one of metadata, metadataFile, metadataUrl, parameters; it has none of them`,
  )
})

test('readSeedFile reads metadata files beside the seed file into it', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-seed-test-'))
  const { parameters: _, ...bare } = provider({ metadataFile: 'idp.xml' })
  const file = join(folder.path, 'seed.json')
  const content = seed({ organizations: [organization({ identityProviders: [bare] })] })
  writeFileSync(file, JSON.stringify(content))
  const missing = readSeedFile(file)
  assert.match(
    missing.ok ? 'accepted' : describeProblems(missing.error),
    /^organizations\[0\]\.identityProviders\[0\]\.metadataFile: ENOENT.*idp\.xml/,
  )
  writeFileSync(join(folder.path, 'idp.xml'), '<é/>')
  const read = readSeedFile(file)
  assert.ok(read.ok)
  const [found] = read.value.organizations[0]?.identityProviders ?? []
  assert.equal(found?.metadata, '<é/>')
  assert.equal(found?.metadataFile, undefined)
})

test('readSeedFile says that a file cannot be read', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-seed-test-'))
  const file = join(folder.path, 'seed.json')
  const problemsOf = () => {
    const read = readSeedFile(file)
    return read.ok ? 'accepted' : describeProblems(read.error)
  }
  assert.match(problemsOf(), /^cannot be read: ENOENT/)
  writeFileSync(file, '{ "organizations": ')
  assert.match(problemsOf(), /^cannot be read: Unexpected end of JSON/)
  writeFileSync(file, Buffer.from([0x22, 0xff, 0x22]))
  assert.match(problemsOf(), /^cannot be read: .*encoded data was not valid/)
})

test('docs/local.md shows the JSON Schema of the seed file', () => {
  const document = readFileSync(new URL('../../../docs/local.md', import.meta.url), 'utf8')
  const blocks = [...document.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block)
  const shown = blocks.filter((block) => block.includes('"$schema"'))
  const schema = toJsonSchema(SeedFile, { target: 'draft-2020-12', typeMode: 'input' })
  assert.deepEqual(
    shown.map((block) => JSON.parse(block) as unknown),
    [schema],
  )
})

test('docs/local.md shows a seed file that can be read', () => {
  const document = readFileSync(new URL('../../../docs/local.md', import.meta.url), 'utf8')
  const blocks = [...document.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block)
  const examples = blocks
    .map((block) => JSON.parse(block) as Record<string, unknown>)
    .filter((example) => 'organizations' in example && !('url' in example))
  assert.deepEqual(
    examples.map((example) => readSeed(example, '.').ok),
    [true],
  )
})
