import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { endpoints } from '#infra/routes.ts'
import { type Deployed, deployedWith, ofType } from './stacks.ts'
import { type Reference, type Resource, resourcesOf } from './synthesis.ts'

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

describe('the public address', () => {
  const address = 'https://signin.vendor.example'
  const functionsOf = ({ api }: Deployed) => ofType(api, 'AWS::Lambda::Function')
  const assertTold = (deployed: Deployed, url: unknown) => {
    assert.equal(functionsOf(deployed).length, endpoints.length)
    for (const [, { Properties }] of functionsOf(deployed)) {
      assert.partialDeepStrictEqual(Properties, {
        Environment: { Variables: { PUBLIC_URL: url } },
      })
    }
    assert.deepEqual(deployed.api.Outputs?.['PublicUrl'], { Value: url })
  }

  test('is the one of the deployment where there is one, for every function', () => {
    assertTold(deployedWith({ publicUrl: address }), address)
  })

  test('is else the address of the API', () => {
    const deployed = deployedWith({})
    const [apiId] = ofType(deployed.api, 'AWS::ApiGatewayV2::Api').map(([id]) => id)
    assertTold(deployed, { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] })
  })
})
