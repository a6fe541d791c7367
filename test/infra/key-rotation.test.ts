import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Deployed, deployedWith, missing, ofType, type WrittenTemplate } from './stacks.ts'

type Statement = { Action: string | string[]; Resource: unknown }
type Policy = { PolicyDocument: { Statement: Statement[] } }

describe('the keys of a deployment', () => {
  let first: Deployed
  let published: Deployed
  let used: Deployed
  let retired: Deployed
  before(() => {
    const all = [[1], [1, 2], [2, 1], [2]].map((generations) => deployedWith({ generations }))
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

  const dropped = (importing: WrittenTemplate, data: WrittenTemplate) =>
    missing(importing, data, 'LatchkeyData')

  test('of the next generation deploy with LatchkeyData first', () => {
    for (const [before, step] of [
      [first, published],
      [published, used],
    ] as const) {
      assert.deepEqual(dropped(before.api, step.data), [])
      assert.deepEqual(dropped(step.api, step.data), [])
    }
  })

  test('that are retired go with LatchkeyApi first, which LatchkeyData cannot', () => {
    assert.deepEqual(dropped(retired.api, used.data), [])
    assert.deepEqual(dropped(retired.api, retired.data), [])
    assert.equal(dropped(used.api, retired.data).length, 3)
  })

  test('that are retired do not wait for LatchkeyWorkers, which imports none', () => {
    for (const step of [first, published, used, retired]) {
      assert.deepEqual(step.workers, first.workers)
      assert.deepEqual(dropped(step.workers, retired.data), [])
    }
  })
})
