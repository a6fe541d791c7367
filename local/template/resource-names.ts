import { createHash } from 'node:crypto'

/** Where the local stack pretends to be, and the addresses its resources get. */
export type Place = {
  region: string
  accountId: string
  /** What `Fn::GetAtt <Api>.ApiEndpoint` stands for. */
  apiUrl: string
  /** The address under which queues are reached. */
  awsEndpoint: string
}

/** A resource of a template with its own properties resolved. */
export type NamedResource = {
  stack: string
  logicalId: string
  type: string
  properties: Record<string, unknown>
}

/** What `Ref` and `Fn::GetAtt` answer for a resource. */
export type ResourceName = { ref: string; attributes: Readonly<Record<string, string>> }

type Naming = (resource: NamedResource, place: Place) => ResourceName

/**
 * The name that a resource has here. Names derive from stack and logical id, so that data which
 * outlives a restart is found again.
 *
 * Source: "Return values" of each resource type in the AWS CloudFormation User Guide.
 */
export function nameResource(resource: NamedResource, place: Place): ResourceName {
  const naming = namings[resource.type]
  return naming ? naming(resource, place) : { ref: generatedName(resource), attributes: {} }
}

const namings: Readonly<Record<string, Naming>> = {
  'AWS::ApiGatewayV2::Api': (resource, place) => ({
    ref: generatedName(resource),
    attributes: { ApiEndpoint: place.apiUrl, ApiId: generatedName(resource) },
  }),
  'AWS::DynamoDB::GlobalTable': nameTable,
  'AWS::DynamoDB::Table': nameTable,
  'AWS::Events::Rule': (resource, place) => {
    const name = givenName(resource, 'Name')
    return { ref: name, attributes: { Arn: arn(place, 'events', `rule/${name}`) } }
  },
  'AWS::IAM::Role': (resource, { accountId }) => {
    const name = givenName(resource, 'RoleName')
    return { ref: name, attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}` } }
  },
  'AWS::KMS::Alias': (resource) => ({
    ref: givenName(resource, 'AliasName'),
    attributes: {},
  }),
  'AWS::KMS::Key': (resource, place) => {
    const keyId = stableKeyId(resource)
    return { ref: keyId, attributes: { Arn: arn(place, 'kms', `key/${keyId}`), KeyId: keyId } }
  },
  'AWS::Lambda::Function': (resource, place) => {
    const name = givenName(resource, 'FunctionName')
    return { ref: name, attributes: { Arn: arn(place, 'lambda', `function:${name}`) } }
  },
  'AWS::Logs::LogGroup': (resource, place) => {
    const name = givenName(resource, 'LogGroupName')
    return { ref: name, attributes: { Arn: arn(place, 'logs', `log-group:${name}:*`) } }
  },
  'AWS::SQS::Queue': nameQueue,
}

function nameTable(resource: NamedResource, place: Place): ResourceName {
  const name = givenName(resource, 'TableName')
  const tableArn = arn(place, 'dynamodb', `table/${name}`)
  return { ref: name, attributes: { Arn: tableArn, StreamArn: `${tableArn}/stream/local` } }
}

function nameQueue(resource: NamedResource, place: Place): ResourceName {
  const isFifo = resource.properties['FifoQueue'] === true
  const name = givenName(resource, 'QueueName', isFifo ? '.fifo' : '')
  return {
    ref: `${place.awsEndpoint}/${place.accountId}/${name}`,
    attributes: { Arn: arn(place, 'sqs', name), QueueName: name },
  }
}

const arn = ({ region, accountId }: Place, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`

const generatedName = ({ stack, logicalId }: NamedResource) => `${stack}-${logicalId}`

const givenName = (resource: NamedResource, property: string, suffix = '') =>
  String(resource.properties[property] ?? `${generatedName(resource)}${suffix}`)

/** A UUID, as KMS key ids are. */
function stableKeyId(resource: NamedResource) {
  const hash = createHash('sha256').update(generatedName(resource)).digest('hex')
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
