import type { Statement } from '#local/aws/iam.ts'
import type { Place } from './resource-names.ts'

/** A key schema as CloudFormation and DynamoDB spell it. */
type KeySchema = { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[]

/** A DynamoDB table; global or not, here there is one region. */
export type TableDefinition = {
  name: string
  keySchema: KeySchema
  attributes: { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[]
  indexes: readonly IndexDefinition[]
  /** What its stream carries, if it has one. */
  streamViewType?: 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY'
  ttlAttribute?: string
}

/** A global secondary index. */
type IndexDefinition = {
  IndexName: string
  KeySchema: KeySchema
  Projection: {
    ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
    NonKeyAttributes?: string[] | undefined
  }
}

/** An SQS queue with its attributes as CreateQueue takes them. */
export type QueueDefinition = {
  name: string
  url: string
  arn: string
  attributes: Readonly<Record<string, string>>
  deadLetterArn?: string
}

/** A KMS key; its id derives from the logical id, so it stays the same over restarts. */
export type KeyDefinition = {
  keyId: string
  arn: string
  keySpec: string
  keyUsage: string
  description?: string
}

/** A second name of a key, with the target's id or ARN. */
export type AliasDefinition = { aliasName: string; targetKeyId: string }

/** A Lambda function with its environment resolved. */
export type FunctionDefinition = {
  /** The short name, for example saml-acs: the template's Description. */
  name: string
  logicalId: string
  arn: string
  roleArn: string
  /** Absolute folder of the bundle. */
  codeDir: string
  /** `file.export`, for example index.handler. */
  handler: string
  timeoutSeconds: number
  memoryMb: number
  environment: Record<string, string>
}

/** A route of the HTTP API: `POST /saml/acs`, or `$default`. */
export type RouteDefinition = {
  routeKey: string
  functionName: string
  /** Whether IAM decides who may call. */
  isByIam?: true
}

/** What invokes a function besides HTTP. */
export type EventSource =
  | {
      kind: 'stream'
      functionName: string
      tableName: string
      batchSize: number
      /** Event filter patterns as JSON: a record passes if one matches, or if there is none. */
      filters: readonly string[]
      /** Infinity when the template sets no limit. */
      maximumRetryAttempts: number
      bisectBatchOnError: boolean
      reportBatchItemFailures: boolean
      failureQueueUrl?: string
    }
  | {
      kind: 'queue'
      functionName: string
      queueUrl: string
      queueArn: string
      batchSize: number
      reportBatchItemFailures: boolean
    }

/** A rule that invokes a function again and again. */
export type ScheduleDefinition = { functionName: string; ruleArn: string; everyMs: number }

/** What all stacks of an assembly deploy. */
export type Template = {
  place: Place
  tables: readonly TableDefinition[]
  /** In order of creation: dead-letter queues before those that send to them. */
  queues: readonly QueueDefinition[]
  keys: readonly KeyDefinition[]
  aliases: readonly AliasDefinition[]
  functions: readonly FunctionDefinition[]
  routes: readonly RouteDefinition[]
  eventSources: readonly EventSource[]
  schedules: readonly ScheduleDefinition[]
  /** By output name. */
  outputs: Readonly<Record<string, string>>
  /** The IAM statements of each function's role, by function name. */
  roleStatements: ReadonlyMap<string, readonly Statement[]>
}
