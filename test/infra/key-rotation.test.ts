import assert from 'node:assert/strict'
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { App } from 'aws-cdk-lib'
import { ApiStack } from '#infra/api-stack.ts'
import { consumers } from '#infra/consumers.ts'
import { DataStack } from '#infra/data-stack.ts'
import { endpoints } from '#infra/routes.ts'

type Statement = { Action: string | string[]; Resource: unknown }
type Policy = { PolicyDocument: { Statement: Statement[] } }
type Written = { Type: string; Properties: Record<string, unknown> }
type Template = {
  Resources: Record<string, Written>
  Outputs: Record<string, { Export?: { Name: string } }>
}
type Deployed = { data: Template; api: Template }

/** A folder for each function's code; what is in it does not matter here. */
const code = mkdtempDisposableSync(join(tmpdir(), 'latchkey-code-'))
for (const { fn } of [...endpoints, ...consumers]) {
  mkdirSync(join(code.path, fn))
  writeFileSync(join(code.path, fn, 'index.mjs'), '')
}
after(() => code.remove())

/** What deploys with these generations of the keys of JWTs and SAML. */
function synthesizeWith(generations: readonly number[]): Deployed {
  const app = new App({
    analyticsReporting: false,
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
  })
  const keyGenerations = { jwt: generations, signing: generations, encryption: generations }
  const data = new DataStack(app, 'LatchkeyData', { keyGenerations })
  new ApiStack(app, 'LatchkeyApi', { data, codeFolder: code.path })
  const assembly = app.synth()
  const templateOf = (name: string) => assembly.getStackByName(name).template as Template
  return { data: templateOf('LatchkeyData'), api: templateOf('LatchkeyApi') }
}

const ofType = ({ Resources }: Template, type: string) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type)
const importsOf = ({ api }: Deployed) =>
  new Set(JSON.stringify(api).match(/LatchkeyData:ExportsOutput\w+/g))
const exportsOf = ({ data }: Deployed) =>
  new Set(Object.values(data.Outputs).flatMap(({ Export }) => (Export ? [Export.Name] : [])))

describe('the keys of a deployment', () => {
  let first: Deployed
  let published: Deployed
  let used: Deployed
  let retired: Deployed
  before(() => {
    const all = [[1], [1, 2], [2, 1], [2]].map(synthesizeWith)
    ;[first, published, used, retired] = all as [Deployed, Deployed, Deployed, Deployed]
  })

  const keysOf = ({ data }: Deployed) =>
    new Map(
      ofType(data, 'AWS::KMS::Alias').map(([, { Properties }]) => {
        const { AliasName, TargetKeyId } = Properties as {
          AliasName: string
          TargetKeyId: { 'Fn::GetAtt': [string, string] }
        }
        return [AliasName, TargetKeyId['Fn::GetAtt'][0]]
      }),
    )
  /** Ids of the keys that something refers to, in its order. */
  const keysIn = (value: unknown) =>
    JSON.stringify(value).match(/(?<=FnGetAtt)\w+?Key\d?(?=[0-9A-F]{8}Arn)/g)
  const told = ({ api }: Deployed, fn: string) => {
    const lambdas = ofType(api, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties)
    const { Environment } =
      lambdas.find(({ Description }) => Description === fn) ?? assert.fail(`no ${fn}`)
    const { Variables } = Environment as { Variables: Record<string, unknown> }
    return keysIn(Variables['JWT_KEY_ARNS'])
  }
  const mayUse = ({ api }: Deployed, fn: string, action: string) => {
    const role = `${fn.replaceAll('-', '')}role`
    const roles = ofType(api, 'AWS::IAM::Role').filter(([id]) => id.startsWith(role))
    const policies = roles.flatMap(([, { Properties }]) => Properties['Policies'] as Policy[])
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    return keysIn(statements.filter(({ Action }) => Action === action))
  }

  test('stay the same one through a rotation', () => {
    const ofFirst = keysOf(first)
    for (const name of ['jwt', 'saml-signing', 'saml-encryption']) {
      const [alias, nextAlias] = [`alias/latchkey/${name}`, `alias/latchkey/${name}-2`]
      assert.equal(ofFirst.has(nextAlias), false)
      for (const deployed of [published, used]) {
        assert.equal(keysOf(deployed).get(alias), ofFirst.get(alias))
      }
      const next = keysOf(published).get(nextAlias)
      assert.notEqual(next, undefined)
      for (const deployed of [used, retired]) assert.equal(keysOf(deployed).get(nextAlias), next)
      assert.equal(keysOf(retired).has(alias), false)
    }
  })

  for (const [fn, action] of [
    ['jwks', 'kms:GetPublicKey'],
    ['tokens-redeem', 'kms:Sign'],
  ] as const) {
    test(`of JWTs are known to ${fn}, the one in use first, and it may use all of them`, () => {
      for (const [deployed, keys] of [
        [first, ['JwtKey']],
        [published, ['JwtKey', 'JwtKey2']],
        [used, ['JwtKey2', 'JwtKey']],
        [retired, ['JwtKey2']],
      ] as const) {
        assert.deepEqual(told(deployed, fn), keys)
        assert.deepEqual(mayUse(deployed, fn, action)?.toSorted(), keys.toSorted())
      }
    })
  }

  const missing = (deployed: { api: Deployed; data: Deployed }) =>
    [...importsOf(deployed.api)].filter((name) => !exportsOf(deployed.data).has(name))

  test('of the next generation deploy with LatchkeyData first', () => {
    for (const [before, step] of [
      [first, published],
      [published, used],
    ] as const) {
      assert.deepEqual(missing({ api: before, data: step }), [])
      assert.deepEqual(missing({ api: step, data: step }), [])
    }
  })

  test('that are retired go with LatchkeyApi first, which LatchkeyData cannot', () => {
    assert.deepEqual(missing({ api: retired, data: used }), [])
    assert.deepEqual(missing({ api: retired, data: retired }), [])
    assert.equal(missing({ api: used, data: retired }).length, 3)
  })
})
