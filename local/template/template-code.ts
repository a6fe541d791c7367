import * as v from 'valibot'
import type {
  EventSource,
  FunctionDefinition,
  QueueDefinition,
  RouteDefinition,
} from './template.ts'
import { attributeOf, propertiesOf, type TemplateResources } from './template-resources.ts'

const Lambda = v.object({
  Description: v.optional(v.string()),
  Code: v.object({ S3Key: v.string() }),
  Handler: v.string(),
  Role: v.string(),
  Timeout: v.optional(v.number(), 3),
  MemorySize: v.optional(v.number(), 128),
  Environment: v.optional(v.object({ Variables: v.record(v.string(), v.string()) })),
})

/** Every function; the defaults are Lambda's. */
export const functionsOf = (
  resources: TemplateResources,
  assetFolders: ReadonlyMap<string, string>,
): FunctionDefinition[] =>
  resources.ofType('AWS::Lambda::Function').map((resource) => {
    const { logicalId } = resource
    const definition = propertiesOf(resource, Lambda)
    const codeDir = assetFolders.get(definition.Code.S3Key)
    if (!codeDir) throw new Error(`${logicalId}: the assembly has no code for it`)
    return {
      name: definition.Description ?? logicalId,
      logicalId,
      arn: attributeOf(resource, 'Arn'),
      roleArn: definition.Role,
      codeDir,
      handler: definition.Handler,
      timeoutSeconds: definition.Timeout,
      memoryMb: definition.MemorySize,
      environment: definition.Environment?.Variables ?? {},
    }
  })

const Route = v.object({
  RouteKey: v.string(),
  Target: v.string(),
  AuthorizationType: v.optional(v.picklist(['NONE', 'AWS_IAM']), 'NONE'),
})
const Integration = v.object({ IntegrationUri: v.string() })

/** Every route of the HTTP API, with the function its integration calls. */
export function routesOf(
  resources: TemplateResources,
  functions: readonly FunctionDefinition[],
): RouteDefinition[] {
  const uris = new Map(
    resources
      .ofType('AWS::ApiGatewayV2::Integration')
      .map((resource) => [
        `integrations/${resource.ref}`,
        propertiesOf(resource, Integration).IntegrationUri,
      ]),
  )
  return resources.ofType('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target, AuthorizationType } = propertiesOf(resource, Route)
    const functionName = nameOf(uris.get(Target), functions, RouteKey)
    return {
      routeKey: RouteKey,
      functionName,
      ...(AuthorizationType === 'AWS_IAM' && { isByIam: true }),
    }
  })
}

const Mapping = v.object({
  FunctionName: v.string(),
  EventSourceArn: v.string(),
  BatchSize: v.optional(v.number()),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
  FilterCriteria: v.optional(v.object({ Filters: v.array(v.object({ Pattern: v.string() })) })),
  MaximumRetryAttempts: v.optional(v.number(), -1),
  BisectBatchOnFunctionError: v.optional(v.boolean(), false),
  DestinationConfig: v.optional(v.object({ OnFailure: v.object({ Destination: v.string() }) })),
})

type Mapping = v.InferOutput<typeof Mapping>
type Target = Pick<EventSource, 'functionName' | 'reportBatchItemFailures'>

/** Every event source mapping of a table's stream or a queue. */
export const eventSourcesOf = (
  resources: TemplateResources,
  functions: readonly FunctionDefinition[],
  queues: readonly QueueDefinition[],
): EventSource[] =>
  resources.ofType('AWS::Lambda::EventSourceMapping').map((resource) => {
    const { logicalId } = resource
    const mapping = propertiesOf(resource, Mapping)
    const target = {
      functionName: nameOf(mapping.FunctionName, functions, logicalId),
      reportBatchItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    }
    const source = queueSource(mapping, target, queues) ?? streamSource(mapping, target, queues)
    if (source) return source
    throw new Error(`${logicalId}: no local event source ${mapping.EventSourceArn}`)
  })

function queueSource(
  { EventSourceArn, BatchSize = 10 }: Mapping,
  target: Target,
  queues: readonly QueueDefinition[],
): EventSource | undefined {
  const queue = queues.find(({ arn }) => arn === EventSourceArn)
  if (!queue) return undefined
  const { url: queueUrl, arn: queueArn } = queue
  return { kind: 'queue', ...target, queueUrl, queueArn, batchSize: BatchSize }
}

function streamSource(
  mapping: Mapping,
  target: Target,
  queues: readonly QueueDefinition[],
): EventSource | undefined {
  const [, tableName] = STREAM_ARN.exec(mapping.EventSourceArn) ?? []
  if (!tableName) return undefined
  const attempts = mapping.MaximumRetryAttempts
  const failureArn = mapping.DestinationConfig?.OnFailure.Destination
  const failureQueue = queues.find(({ arn }) => arn === failureArn)
  return {
    kind: 'stream',
    ...target,
    tableName,
    batchSize: mapping.BatchSize ?? 100,
    filters: mapping.FilterCriteria?.Filters.map(({ Pattern }) => Pattern) ?? [],
    maximumRetryAttempts: attempts < 0 ? Number.POSITIVE_INFINITY : attempts,
    bisectBatchOnError: mapping.BisectBatchOnFunctionError,
    ...(failureQueue && { failureQueueUrl: failureQueue.url }),
  }
}

const STREAM_ARN = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\//

/** CloudFormation names a function by its ARN or by the name at the ARN's end. */
function nameOf(
  nameOrArn: string | undefined,
  functions: readonly FunctionDefinition[],
  user: string,
) {
  const found = functions.find(({ arn }) => arn === nameOrArn || arn.endsWith(`:${nameOrArn}`))
  if (!found) throw new Error(`${user}: no function ${nameOrArn}`)
  return found.name
}
