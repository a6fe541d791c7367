import { join } from 'node:path'
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  Code,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  RecursiveLoop,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Construct } from 'constructs'
import { apiStage } from './api-stage.ts'
import { type Consumer, consumers } from './consumers.ts'
import type { DataStack } from './data-stack.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointFunction } from './endpoint-function.ts'
import type { Resources } from './grants.ts'
import { withMail } from './mail-sender.ts'
import { endpoints } from './routes.ts'

type ApiStackProps = StackProps & {
  data: DataStack
  /** Where the bundles are, a folder a function. */
  codeFolder: string
  /** The address people and providers use, for example https://signin.vendor.example. */
  publicUrl?: string
  /** The address that mails come from; by default no-reply at the host of the public URL. */
  mailFrom?: string
}

type StreamSource = Extract<Consumer['source'], { kind: 'directory-stream' }>
type QueueSource = Extract<Consumer['source'], { kind: 'access-queue' }>
type ScheduleSource = Extract<Consumer['source'], { kind: 'schedule' }>

/** The HTTP API and one Lambda per endpoint or consumer: all code, no state. */
export class ApiStack extends Stack {
  readonly relay: LambdaFunction
  readonly refresh: LambdaFunction
  readonly recheck: LambdaFunction
  readonly mails: LambdaFunction
  readonly tokenWatch: LambdaFunction
  readonly unfinished: LambdaFunction
  private readonly data: DataStack
  private readonly resources: Resources
  private readonly codeFolder: string
  private readonly api: HttpApi
  private readonly publicUrl: string

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props)
    this.data = props.data
    this.codeFolder = props.codeFolder
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false })
    this.publicUrl = props.publicUrl ?? this.api.apiEndpoint
    this.resources = withMail(this, props.data, { ...props, publicUrl: this.publicUrl })
    const routes = endpoints.flatMap((endpoint) => this.endpoint(endpoint))
    apiStage(this, this.api, routes)
    const consuming = new Map(consumers.map((one) => [one.fn, this.consumer(one)]))
    this.relay = named(consuming, 'events-relay')
    this.refresh = named(consuming, 'metadata-refresh')
    this.recheck = named(consuming, 'domains-recheck')
    this.mails = named(consuming, 'mails-send')
    this.tokenWatch = named(consuming, 'scim-tokens-watch')
    this.unfinished = named(consuming, 'scim-unfinished')
    new CfnOutput(this, 'PublicUrl', { value: this.publicUrl })
    this.operators()
  }

  /** What the role of an operator needs: the operator routes, and nothing else of this account. */
  private operators() {
    const policy = new ManagedPolicy(this, 'Operators', {
      description: 'Calls the operator routes of Latchkey, as its command line does',
      statements: [
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: [this.api.arnForExecuteApi('*', '/operator/*', '$default')],
        }),
      ],
    })
    new CfnOutput(this, 'OperatorPolicyArn', { value: policy.managedPolicyArn })
  }

  private endpoint({ fn, routes, grants, memoryMb = 512 }: Endpoint) {
    const lambda = endpointFunction(this, fn, this.resources, {
      code: Code.fromAsset(join(this.codeFolder, fn)),
      grants,
      memoryMb,
      timeoutSeconds: 10,
      environment: { PUBLIC_URL: this.publicUrl },
    })
    const integration = new HttpLambdaIntegration(`${fn}-integration`, lambda, {
      scopePermissionToRoute: false, // else each route has one, and a stack has 500 resources
    })
    return routes.flatMap(({ method, path, auth }) =>
      this.api.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration,
        ...(auth === 'operator' && { authorizer: byIam }),
      }),
    )
  }

  private consumer({ fn, grants, timeoutSeconds, source }: Consumer) {
    const lambda = endpointFunction(this, fn, this.resources, {
      code: Code.fromAsset(join(this.codeFolder, fn)),
      grants,
      memoryMb: 512,
      timeoutSeconds,
      environment: { PUBLIC_URL: this.publicUrl },
      // A walk through a big group goes on in the next message, more than sixteen times.
      ...(source.kind === 'access-queue' && { recursiveLoop: RecursiveLoop.ALLOW }),
    })
    if (source.kind === 'schedule') this.schedule(fn, lambda, source)
    else if (source.kind === 'access-queue') this.take(lambda, source)
    else this.follow(lambda, source)
    return lambda
  }

  private schedule(fn: string, lambda: LambdaFunction, { everyMinutes }: ScheduleSource) {
    new Rule(this, `${fn}-schedule`, {
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [new LambdaTarget(lambda, { retryAttempts: 2 })],
    })
  }

  private take(lambda: LambdaFunction, { batchSize, concurrency }: QueueSource) {
    lambda.addEventSource(
      new SqsEventSource(this.data.accessQueue, {
        batchSize,
        maxConcurrency: concurrency,
        reportBatchItemFailures: true,
      }),
    )
  }

  private follow(lambda: LambdaFunction, source: StreamSource) {
    const { attribute, batchSize, parallelization } = source
    // The cast: aws-cdk-lib 2.276 does not type its tables for exactOptionalPropertyTypes.
    lambda.addEventSource(
      new DynamoEventSource(this.data.directory as unknown as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize,
        parallelizationFactor: parallelization,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 50,
        maxRecordAge: Duration.hours(23), // the stream itself keeps records for 24 hours
        onFailure: new SqsDlq(this.data.relayFailures),
        filters: [FilterCriteria.filter({ dynamodb: { NewImage: { [attribute]: hasId } } })],
      }),
    )
  }
}

function named(consuming: ReadonlyMap<Consumer['fn'], LambdaFunction>, fn: string) {
  const found = consuming.get(fn)
  if (!found) throw new Error(`infra/consumers.ts lists no ${fn}`)
  return found
}

const byIam = new HttpIamAuthorizer()

const hasId = { M: { id: { S: FilterRule.exists() } } }
