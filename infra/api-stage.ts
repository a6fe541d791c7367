import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  type CfnStage,
  type HttpApi,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import type { Construct } from 'constructs'
import { logGroup } from './endpoint-function.ts'
import { endpoints } from './routes.ts'
import { throttleOf } from './throttles.ts'

/** The one stage: its access log, and how much each route takes. Settings of routes need the routes. */
export function apiStage(scope: Construct, httpApi: HttpApi, routes: readonly HttpRoute[]) {
  const stage = new HttpStage(scope, 'Stage', {
    httpApi,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 2000, burstLimit: 4000 },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup(scope, 'AccessLogs')),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  })
  stage.node.addDependency(...routes)
  const definition = stage.node.defaultChild as CfnStage // an HttpStage is made of nothing else
  definition.routeSettings = Object.fromEntries(
    endpoints.flatMap(({ fn, routes: own }) =>
      own.map(({ method, path, auth }) => {
        const { rate, burst } = throttleOf(fn, auth)
        return [`${method} ${path}`, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]
      }),
    ),
  )
}

const accessLog = {
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  requestTime: '$context.requestTime',
  responseLatency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
}
