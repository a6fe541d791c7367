import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readTemplate } from '#local/template/read-template.ts'
import { writeSmallAssembly } from '#test/local/small-assembly.ts'

const place = {
  region: 'us-east-1',
  accountId: '000000000000',
  apiUrl: 'http://127.0.0.1:3000',
  awsEndpoint: 'http://127.0.0.1:4000',
}
const temporary = mkdtempDisposableSync(join(tmpdir(), 'latchkey-template-'))
after(() => temporary.remove())

const folder = writeSmallAssembly(join(temporary.path, 'good'))
const template = readTemplate(folder, place)
const { tables, queues, keys, aliases, functions, routes, eventSources } = template

test('readTemplate gives each table its keys, indexes, stream and TTL', () => {
  const [things, counters] = tables
  assert.deepEqual(things, {
    name: 'Data-Things',
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    attributes: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'email', AttributeType: 'S' },
    ],
    indexes: [
      {
        IndexName: 'by-email',
        KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name', 'status'] },
      },
    ],
    streamViewType: 'NEW_AND_OLD_IMAGES',
    ttlAttribute: 'expiresAt',
  })
  assert.deepEqual(counters, {
    name: 'counters',
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributes: [{ AttributeName: 'id', AttributeType: 'N' }],
    indexes: [],
  })
})

test('readTemplate puts dead-letter queues before the queues that need them', () => {
  const arn = 'arn:aws:sqs:us-east-1:000000000000:Data-DeadJobs.fifo'
  assert.deepEqual(
    queues.map(({ name }) => name),
    ['Data-DeadJobs.fifo', 'Data-Jobs.fifo', 'failures'],
  )
  assert.deepEqual(queues[1], {
    name: 'Data-Jobs.fifo',
    url: 'http://127.0.0.1:4000/000000000000/Data-Jobs.fifo',
    arn: 'arn:aws:sqs:us-east-1:000000000000:Data-Jobs.fifo',
    attributes: {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: '60',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 }),
    },
    deadLetterArn: arn,
  })
})

test('readTemplate gives keys ids that are the same every time and differ between keys', () => {
  const again = readTemplate(folder, place).keys
  assert.deepEqual(again, keys)
  assert.equal(new Set(keys.map(({ keyId }) => keyId)).size, 2)
  for (const { keyId } of keys) assert.match(keyId, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
})

test('readTemplate reads what keys are for, and their aliases', () => {
  const [signing, data] = keys
  assert.deepEqual(signing, {
    keyId: signing?.keyId,
    arn: `arn:aws:kms:us-east-1:000000000000:key/${signing?.keyId}`,
    keySpec: 'ECC_NIST_P256',
    keyUsage: 'SIGN_VERIFY',
    description: 'signs',
  })
  assert.deepEqual([data?.keySpec, data?.keyUsage], ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'])
  assert.deepEqual(aliases, [{ aliasName: 'alias/signing', targetKeyId: signing?.keyId }])
})

test('readTemplate resolves the environment of functions across stacks', () => {
  const [writer, relay] = functions
  assert.deepEqual(writer, {
    name: 'writer',
    logicalId: 'Writer',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:Code-Writer',
    roleArn: 'arn:aws:iam::000000000000:role/Code-WriterRole',
    codeDir: join(folder, 'asset.abc'),
    handler: 'index.handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    environment: { TABLE: 'Data-Things', PUBLIC_URL: 'http://127.0.0.1:3000' },
  })
  assert.deepEqual([relay?.timeoutSeconds, relay?.memoryMb, relay?.environment], [3, 128, {}])
})

test('readTemplate finds the function of each route and event source', () => {
  assert.deepEqual(routes, [{ routeKey: 'PUT /things/{id}', functionName: 'writer' }])
  assert.deepEqual(eventSources, [
    {
      kind: 'stream',
      functionName: 'relay',
      tableName: 'Data-Things',
      batchSize: 20,
      filters: ['{"eventName":["INSERT"]}'],
      maximumRetryAttempts: Number.POSITIVE_INFINITY,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      failureQueueUrl: 'http://127.0.0.1:4000/000000000000/failures',
    },
    {
      kind: 'queue',
      functionName: 'worker',
      queueUrl: 'http://127.0.0.1:4000/000000000000/Data-Jobs.fifo',
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:Data-Jobs.fifo',
      batchSize: 10,
      reportBatchItemFailures: false,
    },
  ])
})

test('readTemplate finds the function of each schedule, and its rate', () => {
  assert.deepEqual(template.schedules, [
    {
      functionName: 'worker',
      ruleArn: 'arn:aws:events:us-east-1:000000000000:rule/Code-Hourly',
      everyMs: 3_600_000,
    },
  ])
})

test('readTemplate passes over a schedule that is switched off, and refuses one it cannot keep', () => {
  const rule = (properties: object) =>
    readTemplate(
      writeSmallAssembly(join(temporary.path, 'rule'), {
        Hourly: { Type: 'AWS::Events::Rule', Properties: { Targets: [], ...properties } },
      }),
      place,
    ).schedules
  assert.deepEqual(rule({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' }), [])
  assert.throws(() => rule({ ScheduleExpression: 'cron(0 * * * ? *)' }), /Hourly: not a rate/)
  const unknown = { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Id: 'x', Arn: 'arn:x' }] }
  assert.throws(() => rule(unknown), /Hourly: no function arn:x/)
  assert.throws(() => rule({ EventPattern: {} }), /Hourly/)
})

test('readTemplate leaves the exports between stacks out of the outputs', () => {
  assert.deepEqual(template.outputs, {
    JobsUrl: 'http://127.0.0.1:4000/000000000000/Data-Jobs.fifo',
    PublicUrl: 'http://127.0.0.1:3000',
  })
})

test('readTemplate collects the statements of a role and of the policies attached to it', () => {
  const statements = template.roleStatements.get('writer')
  assert.deepEqual(statements?.[0], {
    effect: 'Allow',
    actions: ['logs:PutLogEvents'],
    resources: ['*'],
    conditions: [],
  })
  assert.deepEqual(statements[1], {
    effect: 'Allow',
    actions: ['dynamodb:PutItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
    resources: ['arn:aws:dynamodb:us-east-1:000000000000:table/Data-Things'],
    conditions: [
      {
        operator: 'ForAllValues:StringLike',
        key: 'dynamodb:LeadingKeys',
        values: ['thing#*', 'catalogue'],
      },
    ],
  })
  assert.deepEqual(statements[2]?.resources, [keys[0]?.arn])
})

const statement = (changes: object) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    Roles: [{ Ref: 'WriterRole' }],
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*', ...changes }],
    },
  },
})
const refused = [
  [
    'an element of a statement it cannot judge',
    { Policy: statement({ NotResource: 'x' }) },
    /Policy.*NotResource/,
  ],
  ['a policy variable', { Policy: statement({ Resource: `\${aws:username}` }) }, /policy variable/],
  [
    'an event source that is not here',
    {
      OnBus: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Relay' }, EventSourceArn: 'arn:aws:kinesis:x' },
      },
    },
    /OnBus: no local event source arn:aws:kinesis:x/,
  ],
  [
    'a function whose code is not in the assembly',
    {
      Lost: {
        Type: 'AWS::Lambda::Function',
        Properties: { Code: { S3Key: 'lost.zip' }, Handler: 'h', Role: 'r' },
      },
    },
    /Lost: the assembly has no code/,
  ],
  [
    'an export that no stack has',
    {
      Lost: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/x', TargetKeyId: { 'Fn::ImportValue': 'Data:Gone' } },
      },
    },
    /No stack exports Data:Gone/,
  ],
  [
    'an attribute it does not know',
    {
      Odd: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/x', TargetKeyId: { 'Fn::GetAtt': ['Api', 'Nope'] } },
      },
    },
    /no attribute Nope of Api/,
  ],
] as const
for (const [name, changes, message] of refused) {
  test(`readTemplate refuses ${name}`, () => {
    const bad = writeSmallAssembly(join(temporary.path, name), changes)
    assert.throws(() => readTemplate(bad, place), message)
  })
}
