import { join } from 'node:path'
import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
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
import { type Consumer, consumers } from './consumers.ts'
import type { DataStack } from './data-stack.ts'
import { endpointFunction } from './endpoint-function.ts'
import type { Resources } from './grants.ts'
import { withMail } from './mail-sender.ts'

type WorkersStackProps = StackProps & {
  data: DataStack
  /** Where the bundles are, a folder a function. */
  codeFolder: string
  /** The address people and providers use: one that was given, or that of the API (`ApiStack`). */
  publicUrl: string
  /** The address that mails come from; by default no-reply at the host of the public URL. */
  mailFrom?: string
}

type StreamSource = Extract<Consumer['source'], { kind: 'directory-stream' }>
type QueueSource = Extract<Consumer['source'], { kind: 'access-queue' }>
type ScheduleSource = Extract<Consumer['source'], { kind: 'schedule' }>

/** One Lambda per consumer, and what invokes it: code that no route calls, and no state. */
export class WorkersStack extends Stack {
  readonly relay: LambdaFunction
  readonly refresh: LambdaFunction
  readonly recheck: LambdaFunction
  readonly mails: LambdaFunction
  readonly tokenWatch: LambdaFunction
  readonly unfinished: LambdaFunction
  readonly portalWatch: LambdaFunction
  private readonly data: DataStack
  private readonly resources: Resources
  private readonly codeFolder: string
  private readonly publicUrl: string

  constructor(scope: Construct, id: string, props: WorkersStackProps) {
    super(scope, id, props)
    this.data = props.data
    this.codeFolder = props.codeFolder
    this.publicUrl = props.publicUrl
    this.resources = withMail(this, props.data, props)
    const consuming = new Map(consumers.map((one) => [one.fn, this.consumer(one)]))
    this.relay = named(consuming, 'events-relay')
    this.refresh = named(consuming, 'metadata-refresh')
    this.recheck = named(consuming, 'domains-recheck')
    this.mails = named(consuming, 'mails-send')
    this.tokenWatch = named(consuming, 'scim-tokens-watch')
    this.unfinished = named(consuming, 'scim-unfinished')
    this.portalWatch = named(consuming, 'sso-tokens-watch')
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

const hasId = { M: { id: { S: FilterRule.exists() } } }
