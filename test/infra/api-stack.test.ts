import assert from 'node:assert/strict'
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { ApiStack } from '#infra/api-stack.ts'
import { functionNames } from '#infra/bundle.ts'
import { DataStack } from '#infra/data-stack.ts'
import { endpoints } from '#infra/routes.ts'
import { type Reference, type Resource, resourcesOf, synthesisFolder } from './synthesis.ts'

type Route = { RouteKey: string; AuthorizationType: string; Target: unknown }
type Integration = { IntegrationUri: Reference; PayloadFormatVersion: string }
type Permission = { Principal: string; SourceArn: unknown; FunctionName: Reference }
type LambdaFunction = { Description: string }

describe('the HTTP API', () => {
  let routes: Resource<Route>[]
  let integrations: Resource<Integration>[]
  let functions: Resource<LambdaFunction>[]
  before(async () => {
    routes = await resourcesOf<Route>('AWS::ApiGatewayV2::Route')
    integrations = await resourcesOf<Integration>('AWS::ApiGatewayV2::Integration')
    functions = await resourcesOf<LambdaFunction>('AWS::Lambda::Function')
  })

  const listed = endpoints.flatMap(({ fn, routes: own }) =>
    own.map(({ method, path }) => [`${method} ${path}`, fn] as const),
  )

  test('has the routes of infra/routes.ts, and no other', () => {
    const deployed = routes.map(({ properties }) => properties.RouteKey)
    assert.deepEqual(new Set(deployed), new Set(listed.map(([routeKey]) => routeKey)))
    assert.equal(deployed.length, listed.length)
  })

  for (const [routeKey, fn] of listed) {
    test(`leads ${routeKey} to ${fn}`, () => {
      const route = routes.find(({ properties }) => properties.RouteKey === routeKey)
      const target = JSON.stringify(route?.properties.Target)
      const integration = integrations.find(({ id }) => target.includes(`{"Ref":"${id}"}`))
      assert.equal(integration?.properties.PayloadFormatVersion, '2.0')
      const functionId = integration.properties.IntegrationUri['Fn::GetAtt']?.[0]
      const lambda = functions.find(({ id }) => id === functionId)
      assert.equal(lambda?.properties.Description, fn)
    })
  }

  test('lets IAM decide about the routes of operators, and about no other', () => {
    const byIam = endpoints
      .flatMap((endpoint) => [...endpoint.routes])
      .filter(({ auth }) => auth === 'operator')
      .map(({ method, path }) => `${method} ${path}`)
    const deployed = routes.filter(({ properties }) => properties.AuthorizationType === 'AWS_IAM')
    assert.deepEqual(new Set(deployed.map(({ properties }) => properties.RouteKey)), new Set(byIam))
  })

  test('has a policy for the roles of operators: their routes, and nothing else', async () => {
    const [policy, ...others] = await resourcesOf<{
      PolicyDocument: { Statement: { Effect: string; Action: string; Resource: unknown }[] }
    }>('AWS::IAM::ManagedPolicy')
    assert.deepEqual(others, [])
    const [statement, ...more] = policy?.properties.PolicyDocument.Statement ?? []
    assert.deepEqual(more, [])
    assert.deepEqual([statement?.Effect, statement?.Action], ['Allow', 'execute-api:Invoke'])
    assert.match(JSON.stringify(statement?.Resource), /"\/\$default\/\*\/operator\/\*"/)
  })

  test('may invoke each function that has routes, and nobody else may', async () => {
    const all = await resourcesOf<Permission>('AWS::Lambda::Permission')
    const permissions = all.filter(
      ({ properties }) => properties.Principal !== 'events.amazonaws.com',
    )
    assert.equal(permissions.length, endpoints.length)
    for (const { properties } of permissions) {
      assert.equal(properties.Principal, 'apigateway.amazonaws.com')
      assert.match(JSON.stringify(properties.SourceArn), /execute-api.*"\/\*\/\*\/\*"\]\]\}$/)
    }
  })

  test('leaves room in its stack, which can have 500 resources', async () => {
    const file = join(await synthesisFolder(), 'LatchkeyApi.template.json')
    const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: object }
    const count = Object.keys(Resources).length
    assert.ok(count <= 400, `${count} resources`)
  })
})

test('the stage has a throttle, and a log that holds no token, header or query', async () => {
  const [stage, ...others] = await resourcesOf<{
    StageName: string
    DefaultRouteSettings: unknown
    AccessLogSettings: { DestinationArn: Reference; Format: string }
  }>('AWS::ApiGatewayV2::Stage')
  assert.deepEqual(others, [])
  const { StageName, DefaultRouteSettings, AccessLogSettings } =
    stage?.properties ?? assert.fail('no stage')
  assert.equal(StageName, '$default')
  assert.deepEqual(DefaultRouteSettings, {
    ThrottlingBurstLimit: 4000,
    ThrottlingRateLimit: 2000,
  })
  const logGroups = await resourcesOf<{ RetentionInDays: number }>('AWS::Logs::LogGroup')
  const group = logGroups.find(
    ({ id }) => id === AccessLogSettings.DestinationArn['Fn::GetAtt']?.[0],
  )
  assert.equal(group?.properties.RetentionInDays, 30)
  const format = Object.values(JSON.parse(AccessLogSettings.Format) as object)
  assert.ok(format.includes('$context.requestId') && format.includes('$context.status'))
  for (const value of format)
    assert.doesNotMatch(String(value), /\$context\.(?:path$|.*[Hh]eader|.*query)/)
})

test('each route has a throttle of its own, and the stage waits for the routes', async () => {
  type Throttled = Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }>
  const [stage] = await resourcesOf<{ RouteSettings: Throttled }>('AWS::ApiGatewayV2::Stage')
  const settings = stage?.properties.RouteSettings ?? {}
  const routes = await resourcesOf<Route>('AWS::ApiGatewayV2::Route')
  assert.deepEqual(
    new Set(Object.keys(settings)),
    new Set(routes.map(({ properties }) => properties.RouteKey)),
  )
  for (const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } of Object.values(
    settings,
  )) {
    assert.ok(rate > 0 && rate <= 500 && burst >= rate && burst <= 1000)
  }
})

test('strangers cannot use up the calls of KMS that sign-ins need', async () => {
  type Throttled = Record<string, { ThrottlingRateLimit: number }>
  const [stage] = await resourcesOf<{ RouteSettings: Throttled }>('AWS::ApiGatewayV2::Stage')
  const rateOf = (route: string) => stage?.properties.RouteSettings[route]?.ThrottlingRateLimit ?? 0
  /** An account has 1,000 a second; half of it is enough for any of these alone. */
  assert.ok(2 * rateOf('POST /saml/acs') <= 500)
  assert.ok(rateOf('GET /saml/idps/{idp}/login') <= 500)
  assert.ok(rateOf('POST /tokens/redeem') <= 500)
  assert.ok(rateOf('POST /saml/slo') + rateOf('GET /saml/slo') + rateOf('GET /saml/logout') <= 200)
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
  ] as const) {
    test(`${name} runs every hour, and by nothing else`, async () => {
      const rules = await resourcesOf<{
        ScheduleExpression: string
        State: string
        Targets: { Arn: Reference; RetryPolicy: object }[]
      }>('AWS::Events::Rule')
      assert.equal(rules.length, 4)
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

describe('the public address', () => {
  /** An ApiStack around bundles that hold nothing. */
  function templateWith(settings: { publicUrl?: string }) {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-api-'))
    for (const fn of functionNames()) {
      mkdirSync(join(folder.path, fn))
      writeFileSync(join(folder.path, fn, 'index.mjs'), '')
    }
    const app = new App({
      analyticsReporting: false,
      outdir: join(folder.path, 'cdk.out'),
      context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' },
    })
    const data = new DataStack(app, 'Data', {})
    const api = new ApiStack(app, 'Api', { data, codeFolder: folder.path, ...settings })
    return Template.fromStack(api)
  }

  test('is the one of the deployment where there is one, for every function', () => {
    const template = templateWith({ publicUrl: 'https://signin.vendor.example' })
    const functions = template.findResources('AWS::Lambda::Function')
    assert.equal(Object.keys(functions).length, functionNames().length)
    for (const { Properties } of Object.values(functions)) {
      assert.partialDeepStrictEqual(Properties, {
        Environment: { Variables: { PUBLIC_URL: 'https://signin.vendor.example' } },
      })
    }
    template.hasOutput('PublicUrl', { Value: 'https://signin.vendor.example' })
  })

  test('is else the address of the API', () => {
    const template = templateWith({})
    const [apiId = ''] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'))
    template.hasOutput('PublicUrl', { Value: { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] } })
  })
})
