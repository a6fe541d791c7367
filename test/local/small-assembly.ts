import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const getAtt = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] })
const imported = (name: string) => ({ 'Fn::ImportValue': `Data:${name}` })
const exported = (name: string, value: unknown) => ({
  Value: value,
  Export: { Name: { 'Fn::Join': [':', [{ Ref: 'AWS::StackName' }, name]] } },
})

/** A table with a stream, an index and a TTL, and one with nothing but a key. */
const tables = {
  Things: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'email', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-email',
          KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name', 'status'] },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
    },
  },
  Counters: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'counters',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  },
}

/** A FIFO queue before its dead-letter queue, so that order of creation matters. */
const queues = {
  Jobs: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: getAtt('DeadJobs', 'Arn'), maxReceiveCount: 3 },
    },
  },
  DeadJobs: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
  Failures: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failures' } },
}

const keys = {
  SigningKey: {
    Type: 'AWS::KMS::Key',
    Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Description: 'signs' },
  },
  DataKey: { Type: 'AWS::KMS::Key', Properties: {} },
  SigningAlias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/signing', TargetKeyId: { Ref: 'SigningKey' } },
  },
}

const dataStack = {
  Resources: { ...tables, ...queues, ...keys },
  Outputs: {
    JobsUrl: { Value: { Ref: 'Jobs' } },
    Things: exported('Things', { Ref: 'Things' }),
    ThingsArn: exported('ThingsArn', getAtt('Things', 'Arn')),
    ThingsStream: exported('ThingsStream', getAtt('Things', 'StreamArn')),
    JobsArn: exported('JobsArn', getAtt('Jobs', 'Arn')),
    FailuresArn: exported('FailuresArn', getAtt('Failures', 'Arn')),
    SigningKeyArn: exported('SigningKeyArn', getAtt('SigningKey', 'Arn')),
  },
}

const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {},
    Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
  },
})

const policy = (roleName: string, ...statements: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { Roles: [{ Ref: roleName }], PolicyDocument: { Statement: statements } },
})

const allow = (actions: string | string[], resource: unknown, condition?: object) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resource,
  ...(condition && { Condition: condition }),
})

const leadingKeys = (...keys: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
})

const code = (description: string, roleName: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Description: description,
    Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
    Handler: 'index.handler',
    Role: getAtt(roleName, 'Arn'),
    ...properties,
  },
})

const codeStack = {
  Parameters: { BootstrapVersion: { Type: 'String', Default: '/bootstrap' } },
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Api' } },
    WriterRole: role(allow('logs:PutLogEvents', '*')),
    WriterPolicy: policy(
      'WriterRole',
      allow(
        ['dynamodb:PutItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
        imported('ThingsArn'),
        leadingKeys('thing#*', 'catalogue'),
      ),
      allow('kms:Sign', imported('SigningKeyArn')),
    ),
    Writer: code('writer', 'WriterRole', {
      Timeout: 10,
      MemorySize: 512,
      Environment: {
        Variables: { TABLE: imported('Things'), PUBLIC_URL: getAtt('Api', 'ApiEndpoint') },
      },
    }),
    RelayRole: role(
      allow('sqs:SendMessage', imported('JobsArn')),
      allow('sqs:SendMessage', imported('FailuresArn')),
      allow('dynamodb:GetRecords', imported('ThingsStream')),
    ),
    Relay: code('relay', 'RelayRole'),
    WorkerRole: role(allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], imported('JobsArn'))),
    Worker: code('worker', 'WorkerRole'),
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: { Ref: 'Api' }, IntegrationUri: getAtt('Writer', 'Arn') },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: 'PUT /things/{id}',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
    OnStream: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Relay' },
        EventSourceArn: imported('ThingsStream'),
        BatchSize: 20,
        BisectBatchOnFunctionError: true,
        DestinationConfig: { OnFailure: { Destination: imported('FailuresArn') } },
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Hourly: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 hour)',
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: getAtt('Worker', 'Arn') }],
      },
    },
    OnQueue: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: getAtt('Worker', 'Arn'), EventSourceArn: imported('JobsArn') },
    },
  },
  Outputs: { PublicUrl: { Value: getAtt('Api', 'ApiEndpoint') } },
}

const manifest = {
  version: '55.0.0',
  artifacts: {
    'Data.assets': { type: 'cdk:asset-manifest', properties: { file: 'Data.assets.json' } },
    Data: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Data.template.json' } },
    'Code.assets': { type: 'cdk:asset-manifest', properties: { file: 'Code.assets.json' } },
    Code: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Code.template.json' } },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  },
}

const assets = {
  files: {
    abc: {
      source: { path: 'asset.abc', packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: 'abc.zip' } },
    },
  },
}

/**
 * Writes an assembly of two stacks: data, and three functions (writer behind HTTP, relay behind a
 * stream, worker behind a queue and a schedule).
 *
 * @param changes resources of the stack of functions that are to be other ones
 */
export function writeSmallAssembly(folder: string, changes: object = {}): string {
  mkdirSync(folder, { recursive: true })
  const write = (file: string, content: object) =>
    writeFileSync(join(folder, file), JSON.stringify(content))
  write('manifest.json', manifest)
  write('Data.assets.json', { files: {} })
  write('Data.template.json', dataStack)
  write('Code.assets.json', assets)
  write('Code.template.json', {
    ...codeStack,
    Resources: { ...codeStack.Resources, ...changes },
  })
  return folder
}
