import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Seeded } from '#local/seed/seed-answer.ts'
import type { SeedProblem } from '#local/seed/seed-problem.ts'
import { type RecordedSeed, seedRecord } from '#local/seed/seed-record.ts'
import type { Result } from '#shared/result.ts'
import { keys } from '#test/fixtures/saml/keys.ts'

type Outcome = Result<Seeded, readonly SeedProblem[]>
type Outcomes = Record<
  'first' | 'again' | 'afterCrash' | 'other' | 'conflicting' | 'unrelated',
  Outcome
> & { keys: string[] }

const template = {
  organizations: [
    {
      name: '<name>',
      domains: ['mail.<domain>', '<domain>'],
      defaultProduct: '<name>',
      identityProviders: [
        {
          name: 'Provider',
          parameters: {
            entityId: '<entity-id>',
            singleSignOn: { binding: 'redirect', url: 'https://idp.example/sso' },
            certificates: [keys.provider.certificate],
          },
        },
      ],
    },
  ],
  products: [{ key: '<name>', name: '<name>', landingUrl: 'https://<name>.example/sign-in' }],
}

describe('seedStack', () => {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-seed-test-'))
  const file = join(folder.path, 'seeds.json')
  let outcomes: Outcomes

  before(async () => {
    const script = fileURLToPath(new URL('seed-one-stack.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, file], {
      env: { ...process.env, SEED: JSON.stringify(template), AWS_PROFILE: 'another-account' },
    })
    outcomes = JSON.parse(stdout) as Outcomes
  })
  after(() => folder.remove())

  test('answers what is in the stack, and where', () => {
    const { first } = outcomes
    assert.ok(first.ok, JSON.stringify(first))
    const { url, organizations, products, endpoints, aws } = first.value
    const [organization] = organizations
    const [provider] = organization?.identityProviders ?? []
    assert.match(organization?.id ?? '', /^org_[0-9a-f]{32}$/)
    assert.match(provider?.id ?? '', /^idp_[0-9a-f]{32}$/)
    assert.match(organization?.apiKey ?? '', /^key_[0-9a-f]{32}_[\w-]{43}$/)
    assert.deepEqual(organization, {
      id: organization?.id,
      name: 'acme',
      domains: ['mail.acme.example', 'acme.example'],
      apiKey: organization?.apiKey,
      identityProviders: [
        {
          id: provider?.id,
          name: 'Provider',
          entityId: 'https://idp.acme.example',
          loginUrl: `${url}/saml/idps/${provider?.id}/login`,
          serviceProvider: {
            entityId: `${url}/saml/sp`,
            acsUrl: `${url}/saml/acs`,
            sloUrl: `${url}/saml/slo`,
            metadataUrl: `${url}/saml/sp`,
          },
        },
      ],
    })
    assert.match(products[0]?.credential ?? '', /^cred_[0-9a-f]{32}_[\w-]{43}$/)
    assert.deepEqual(endpoints, {
      jwks: `${url}/.well-known/jwks.json`,
      redeem: `${url}/tokens/redeem`,
      serviceProviderMetadata: `${url}/saml/sp`,
    })
    assert.equal(aws.region, 'us-east-1')
    assert.match(aws.directoryTable, /Directory/)
    assert.match(aws.provisioningQueueUrl, /\.fifo$/)
  })

  test('answers the same when it is given the same seed again', () => {
    assert.deepEqual(outcomes.again, outcomes.first)
  })

  test('goes on after a crash without doubling anything', () => {
    assert.deepEqual(outcomes.afterCrash, outcomes.first)
  })

  test('makes keys that their organization lists', () => {
    assert.deepEqual(outcomes.keys, ['Seed'])
  })

  test('adds another seed to what is there', () => {
    const { other, first } = outcomes
    assert.ok(other.ok && first.ok)
    assert.deepEqual(
      other.value.organizations.map(({ name }) => name),
      ['other'],
    )
    assert.notEqual(other.value.products[0]?.credential, first.value.products[0]?.credential)
  })

  test('names what the data has already from another seed, and changes nothing', () => {
    const taken = 'is in the data already, from another seed: choose another data folder'
    assert.deepEqual(outcomes.conflicting, {
      ok: false,
      error: [
        { path: 'organizations[0].domains[0]', problem: `mail.acme.example ${taken}` },
        { path: 'organizations[0].domains[1]', problem: `acme.example ${taken}` },
        {
          path: 'organizations[0].identityProviders[0]',
          problem: `https://idp.acme.example ${taken}`,
        },
      ],
    })
    assert.equal(outcomes.unrelated.ok, false)
    const seeds = JSON.parse(readFileSync(file, 'utf8')) as RecordedSeed[]
    assert.deepEqual(
      seeds.map(({ plan, isApplied }) => [plan.organizations[0]?.organization.name, isApplied]),
      [
        ['acme', true],
        ['other', true],
      ],
    )
  })

  test('lets nobody else read the credentials that it remembers', () => {
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })
})

test('seedRecord says that its file is broken', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-seed-test-'))
  const file = join(folder.path, 'seeds.json')
  writeFileSync(file, '[{')
  assert.throws(() => seedRecord(file), {
    message: `${file} cannot be read: delete the data folder`,
  })
})
