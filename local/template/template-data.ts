import * as v from 'valibot'
import type {
  AliasDefinition,
  KeyDefinition,
  QueueDefinition,
  TableDefinition,
} from './template.ts'
import {
  attributeOf,
  propertiesOf,
  type ResolvedResource,
  type TemplateResources,
} from './template-resources.ts'

const KeySchema = v.array(
  v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }),
)

const Table = v.object({
  KeySchema,
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.object({
        IndexName: v.string(),
        KeySchema,
        Projection: v.object({
          ProjectionType: v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: v.optional(v.array(v.string())),
        }),
      }),
    ),
    [],
  ),
  StreamSpecification: v.optional(
    v.object({
      StreamViewType: v.picklist(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']),
    }),
  ),
  TimeToLiveSpecification: v.optional(
    v.object({ Enabled: v.boolean(), AttributeName: v.optional(v.string()) }),
  ),
})

/** Every table, global or not. */
export const tablesOf = (resources: TemplateResources): TableDefinition[] =>
  resources.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) => {
    const table = propertiesOf(resource, Table)
    const stream = table.StreamSpecification
    const ttl = table.TimeToLiveSpecification
    return {
      name: resource.ref,
      keySchema: table.KeySchema,
      attributes: table.AttributeDefinitions,
      indexes: table.GlobalSecondaryIndexes,
      ...(stream && { streamViewType: stream.StreamViewType }),
      ...(ttl?.Enabled && ttl.AttributeName && { ttlAttribute: ttl.AttributeName }),
    }
  })

const Queue = v.object({
  RedrivePolicy: v.optional(
    v.object({
      deadLetterTargetArn: v.string(),
      maxReceiveCount: v.union([v.number(), v.string()]),
    }),
  ),
})

const queueAttributes = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
]

/** Every queue, those that others use for dead letters first. */
export function queuesOf(resources: TemplateResources): QueueDefinition[] {
  const queues = resources.ofType('AWS::SQS::Queue').map(queueOf)
  const deadLetters = new Set(queues.map(({ deadLetterArn }) => deadLetterArn))
  return [
    ...queues.filter(({ arn }) => deadLetters.has(arn)),
    ...queues.filter(({ arn }) => !deadLetters.has(arn)),
  ]
}

function queueOf(resource: ResolvedResource): QueueDefinition {
  const { ref, properties } = resource
  const given = queueAttributes
    .filter((name) => properties[name] !== undefined)
    .map((name) => [name, String(properties[name])])
  const redrive = propertiesOf(resource, Queue).RedrivePolicy
  return {
    name: attributeOf(resource, 'QueueName'),
    url: ref,
    arn: attributeOf(resource, 'Arn'),
    attributes: {
      ...Object.fromEntries(given),
      ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    },
    ...(redrive && { deadLetterArn: redrive.deadLetterTargetArn }),
  }
}

const Key = v.object({
  KeySpec: v.optional(v.string(), 'SYMMETRIC_DEFAULT'),
  KeyUsage: v.optional(v.string(), 'ENCRYPT_DECRYPT'),
  Description: v.optional(v.string()),
})

/** Every key; the defaults are those of CloudFormation. */
export const keysOf = (resources: TemplateResources): KeyDefinition[] =>
  resources.ofType('AWS::KMS::Key').map((resource) => {
    const { KeySpec, KeyUsage, Description } = propertiesOf(resource, Key)
    return {
      keyId: resource.ref,
      arn: attributeOf(resource, 'Arn'),
      keySpec: KeySpec,
      keyUsage: KeyUsage,
      ...(Description && { description: Description }),
    }
  })

const Alias = v.object({ AliasName: v.string(), TargetKeyId: v.string() })

/** Every alias. */
export const aliasesOf = (resources: TemplateResources): AliasDefinition[] =>
  resources.ofType('AWS::KMS::Alias').map((resource) => {
    const { AliasName, TargetKeyId } = propertiesOf(resource, Alias)
    return { aliasName: AliasName, targetKeyId: TargetKeyId }
  })
