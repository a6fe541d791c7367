import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { consumers } from '#infra/consumers.ts'
import { type Deployed, deployedWith, missing, ofType } from './stacks.ts'
import { type Reference, resourcesOf } from './synthesis.ts'

type Permission = { Principal: string; SourceArn: unknown; FunctionName: Reference }
type Told = { Description: string; Environment: { Variables: Record<string, unknown> } }

const functionsOf = ({ workers }: Deployed) =>
  ofType(workers, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties as Told)
const variablesOf = (deployed: Deployed, fn: string) => {
  const found = functionsOf(deployed).find(({ Description }) => Description === fn)
  return found?.Environment.Variables ?? assert.fail(`no ${fn}`)
}
const given = { publicUrl: 'https://signin.vendor.example', mailFrom: 'sso@vendor.example' }

describe('the workers', () => {
  test('are the functions of infra/consumers.ts, and no other', () => {
    const names = functionsOf(deployedWith({})).map(({ Description }) => Description)
    assert.deepEqual(names.toSorted(), consumers.map(({ fn }) => fn).toSorted())
  })

  test('know the public address of the deployment where there is one, and its sender of mails', () => {
    const deployed = deployedWith(given)
    for (const { Environment } of functionsOf(deployed)) {
      assert.equal(Environment.Variables['PUBLIC_URL'], given.publicUrl)
    }
    assert.equal(variablesOf(deployed, 'mails-send')['MAIL_FROM'], given.mailFrom)
    assert.doesNotMatch(JSON.stringify(deployed.workers), /LatchkeyApi/)
  })

  test('know else the address of the API, and mails come from its host', () => {
    const deployed = deployedWith({})
    const { Outputs = {} } = deployed.api
    const [address] = Object.values(Outputs).filter(({ Export }) => Export !== undefined)
    const imported = { 'Fn::ImportValue': address?.Export?.Name }
    const [apiId] = ofType(deployed.api, 'AWS::ApiGatewayV2::Api').map(([id]) => id)
    assert.deepEqual(address?.Value, { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] })
    for (const { Environment } of functionsOf(deployed)) {
      assert.deepEqual(Environment.Variables['PUBLIC_URL'], imported)
    }
    const host = { 'Fn::Select': [1, { 'Fn::Split': ['://', imported] }] }
    assert.deepEqual(variablesOf(deployed, 'mails-send')['MAIL_FROM'], {
      'Fn::Join': ['', ['no-reply@', { 'Fn::Select': [0, { 'Fn::Split': [':', host] }] }]],
    })
  })

  test('do not keep an address from being given later, or taken back', () => {
    const [bare, addressed] = [deployedWith({}), deployedWith(given)]
    for (const { api } of [bare, addressed]) {
      for (const { workers } of [bare, addressed]) {
        assert.deepEqual(missing(workers, api, 'LatchkeyApi'), [])
      }
    }
  })

  test('are imported by no stack that they import from', () => {
    const { data, api } = deployedWith({})
    for (const template of [data, api]) {
      assert.doesNotMatch(JSON.stringify(template), /LatchkeyWorkers/)
    }
  })
})

describe('a function that follows the directory', () => {
  const followers = [
    ['events-relay', /eventsrelay/, 'evt', 100, 4],
    ['mails-send', /mailssend/, 'mail', 10, 1],
  ] as const
  for (const [fn, name, attribute, batch, parallelization] of followers) {
    test(`${fn} reads the changes that carry ${attribute}, in order, and gives none up in silence`, async () => {
      const mappings = await resourcesOf<Record<string, unknown>>('AWS::Lambda::EventSourceMapping')
      const ofStream = mappings.filter(({ properties }) => 'StartingPosition' in properties)
      assert.equal(ofStream.length, followers.length)
      const mapping = mappings.find(({ properties }) =>
        name.test(JSON.stringify(properties['FunctionName'])),
      )
      const {
        FunctionName: _,
        EventSourceArn,
        DestinationConfig,
        FilterCriteria,
        ...settings
      } = mapping?.properties ?? assert.fail('no mapping')
      assert.deepEqual(settings, {
        BatchSize: batch,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRecordAgeInSeconds: 23 * 3600,
        MaximumRetryAttempts: 50,
        ParallelizationFactor: parallelization,
        StartingPosition: 'TRIM_HORIZON',
        Tags: [{ Key: 'service', Value: 'latchkey' }],
      })
      assert.match(JSON.stringify(EventSourceArn), /DirectoryE?.*StreamArn/)
      assert.match(JSON.stringify(DestinationConfig), /"OnFailure".*RelayFailures/)
      const { Filters } = FilterCriteria as { Filters: { Pattern: string }[] }
      assert.deepEqual(
        Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown),
        [{ dynamodb: { NewImage: { [attribute]: { M: { id: { S: [{ exists: true }] } } } } } }],
      )
    })
  }
})

describe('a function that takes work from a queue', () => {
  test('scim-access takes ten pieces at once, in ten environments at most, and may go on by itself', async () => {
    const mappings = await resourcesOf<Record<string, unknown>>('AWS::Lambda::EventSourceMapping')
    const [mapping, ...others] = mappings.filter(
      ({ properties }) => !('StartingPosition' in properties),
    )
    assert.equal(others.length, 0)
    const { FunctionName, EventSourceArn, ...settings } = mapping?.properties ?? {}
    assert.deepEqual(settings, {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
      Tags: [{ Key: 'service', Value: 'latchkey' }],
    })
    assert.match(JSON.stringify(FunctionName), /scimaccess/)
    assert.match(JSON.stringify(EventSourceArn), /Access/)
    const functions = await resourcesOf<Record<string, unknown>>('AWS::Lambda::Function')
    const looping = functions.filter(({ properties }) => properties['RecursiveLoop'] === 'Allow')
    assert.deepEqual(
      looping.map(({ properties }) => properties['Description']),
      ['scim-access'],
    )
  })
})

describe('on a schedule', () => {
  for (const [name, pattern] of [
    ['metadata-refresh', /metadatarefresh/],
    ['domains-recheck', /domainsrecheck/],
    ['scim-tokens-watch', /scimtokenswatch/],
    ['scim-unfinished', /scimunfinished/],
    ['sso-tokens-watch', /ssotokenswatch/],
  ] as const) {
    test(`${name} runs every hour, and by nothing else`, async () => {
      const rules = await resourcesOf<{
        ScheduleExpression: string
        State: string
        Targets: { Arn: Reference; RetryPolicy: object }[]
      }>('AWS::Events::Rule')
      assert.equal(rules.length, 5)
      const rule = rules.find(({ properties }) =>
        pattern.test(JSON.stringify(properties.Targets[0]?.Arn)),
      )
      assert.ok(rule)
      const { ScheduleExpression, State, Targets } = rule.properties
      assert.deepEqual([ScheduleExpression, State, Targets.length], ['rate(1 hour)', 'ENABLED', 1])
      const permissions = await resourcesOf<Permission>('AWS::Lambda::Permission')
      const invokers = permissions.filter(({ properties }) =>
        pattern.test(JSON.stringify(properties.FunctionName)),
      )
      assert.deepEqual(
        invokers.map(({ properties }) => [properties.Principal, properties.SourceArn]),
        [['events.amazonaws.com', { 'Fn::GetAtt': [rule.id, 'Arn'] }]],
      )
    })
  }
})
