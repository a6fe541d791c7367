import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessRequests } from '#local/aws/access-requests.ts'
import type { TableDefinition } from '#local/template/template.ts'

const place = { region: 'us-east-1', accountId: '000000000000', apiUrl: '', awsEndpoint: '' }
const keySchema: TableDefinition['keySchema'] = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
]
const tables: TableDefinition[] = [
  {
    name: 'Directory',
    keySchema,
    attributes: [],
    indexes: [
      {
        IndexName: 'by-email',
        KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
  {
    name: 'Counters',
    keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributes: [],
    indexes: [],
  },
]
const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/k-1'
const keys = [{ keyId: 'k-1', arn: keyArn, keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }]
const aliases = [{ aliasName: 'alias/latchkey/jwt', targetKeyId: keyArn }]
const catalogue = { place, tables, keys, aliases }

const directory = 'arn:aws:dynamodb:us-east-1:000000000000:table/Directory'
const counters = 'arn:aws:dynamodb:us-east-1:000000000000:table/Counters'
const TableName = 'Directory'
const at = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } })
const onDirectory = (operation: string, ...leadingKeys: string[]) => ({
  action: `dynamodb:${operation}`,
  resource: directory,
  leadingKeys,
})
const untold = (action: string, resource: string) => ({ action, resource, leadingKeys: undefined })

const dynamodb = [
  ['GetItem', { TableName, Key: at('org#1') }, [onDirectory('GetItem', 'org#1')]],
  [
    'PutItem',
    { TableName, Item: { ...at('org#1'), n: { N: '1' } } },
    [onDirectory('PutItem', 'org#1')],
  ],
  ['UpdateItem', { TableName: directory, Key: at('org#1') }, [onDirectory('UpdateItem', 'org#1')]],
  [
    'DeleteItem',
    { TableName: 'Counters', Key: { id: { N: '7' } } },
    [{ action: 'dynamodb:DeleteItem', resource: counters, leadingKeys: ['7'] }],
  ],
  ['GetItem', { TableName, Key: { other: { S: 'x' } } }, [untold('dynamodb:GetItem', directory)]],
  [
    'BatchGetItem',
    {
      RequestItems: {
        Directory: { Keys: [at('a'), at('b')] },
        Counters: { Keys: [{ id: { N: '1' } }] },
      },
    },
    [
      onDirectory('BatchGetItem', 'a', 'b'),
      { action: 'dynamodb:BatchGetItem', resource: counters, leadingKeys: ['1'] },
    ],
  ],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        Directory: [{ PutRequest: { Item: at('a') } }, { DeleteRequest: { Key: at('b') } }],
      },
    },
    [onDirectory('BatchWriteItem', 'a', 'b')],
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: { TableName, Item: at('a') } },
        { Update: { TableName, Key: at('b') } },
        { Delete: { TableName, Key: at('c') } },
        { ConditionCheck: { TableName, Key: at('d') } },
      ],
    },
    [
      onDirectory('PutItem', 'a'),
      onDirectory('UpdateItem', 'b'),
      onDirectory('DeleteItem', 'c'),
      onDirectory('ConditionCheckItem', 'd'),
    ],
  ],
  [
    'TransactGetItems',
    { TransactItems: [{ Get: { TableName, Key: at('a') } }] },
    [onDirectory('GetItem', 'a')],
  ],
  [
    'Query',
    {
      TableName,
      KeyConditionExpression: 'sk = :sk AND #pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: 'org#1' }, ':sk': { S: 'user#1' } },
    },
    [onDirectory('Query', 'org#1')],
  ],
  [
    'Query',
    {
      TableName,
      IndexName: 'by-email',
      KeyConditionExpression: 'email = :e',
      ExpressionAttributeValues: { ':e': { S: 'a@b.example' } },
    },
    [
      {
        action: 'dynamodb:Query',
        resource: `${directory}/index/by-email`,
        leadingKeys: ['a@b.example'],
      },
    ],
  ],
  ['Query', { TableName, KeyConditions: {} }, [untold('dynamodb:Query', directory)]],
  ['Scan', { TableName }, [onDirectory('Scan')]],
  ['DescribeTable', { TableName }, [untold('dynamodb:DescribeTable', directory)]],
  [
    'ExecuteStatement',
    { Statement: 'SELECT * FROM Directory' },
    [untold('dynamodb:ExecuteStatement', 'arn:aws:dynamodb:us-east-1:000000000000:table/')],
  ],
] as const
for (const [operation, body, expected] of dynamodb) {
  test(`accessRequests reads ${operation} of ${JSON.stringify(body)}`, () => {
    const requests = accessRequests({ service: 'dynamodb', operation, body }, catalogue)
    assert.deepEqual(requests, expected)
  })
}

const queueUrl = 'http://127.0.0.1:4000/000000000000/Jobs.fifo'
const jobs = 'arn:aws:sqs:us-east-1:000000000000:Jobs.fifo'
const ses = 'arn:aws:ses:us-east-1:000000000000'
const others = [
  ['sqs', 'SendMessage', { QueueUrl: queueUrl }, [untold('sqs:SendMessage', jobs)]],
  ['sqs', 'SendMessageBatch', { QueueUrl: queueUrl }, [untold('sqs:SendMessage', jobs)]],
  ['sqs', 'GetQueueUrl', { QueueName: 'Jobs.fifo' }, [untold('sqs:GetQueueUrl', jobs)]],
  ['kms', 'Sign', { KeyId: keyArn }, [untold('kms:Sign', keyArn)]],
  ['kms', 'Sign', { KeyId: 'k-1' }, [untold('kms:Sign', keyArn)]],
  ['kms', 'Sign', { KeyId: 'alias/latchkey/jwt' }, [untold('kms:Sign', keyArn)]],
  [
    'kms',
    'Sign',
    { KeyId: 'arn:aws:kms:us-east-1:000000000000:alias/latchkey/jwt' },
    [untold('kms:Sign', keyArn)],
  ],
  [
    'ses',
    'SendEmail',
    { FromEmailAddress: 'Vendor <no-reply@vendor.example>', ConfigurationSetName: 'mail' },
    [
      untold('ses:SendEmail', `${ses}:identity/vendor.example`),
      untold('ses:SendEmail', `${ses}:configuration-set/mail`),
    ],
  ],
  [
    'dynamodbstreams',
    'DescribeStream',
    { StreamArn: 'arn' },
    [untold('dynamodb:DescribeStream', 'arn')],
  ],
] as const
for (const [service, operation, body, expected] of others) {
  test(`accessRequests reads ${service} ${operation} of ${JSON.stringify(body)}`, () => {
    assert.deepEqual(accessRequests({ service, operation, body }, catalogue), expected)
  })
}

const malformed = [
  ['GetItem', {}],
  ['GetItem', { TableName: 5, Key: at('a') }],
  ['PutItem', { TableName, Item: 'x' }],
  ['BatchGetItem', { RequestItems: {} }],
  ['BatchWriteItem', { RequestItems: { Directory: {} } }],
  ['TransactGetItems', { TransactItems: [] }],
  ['TransactWriteItems', { TransactItems: 'x' }],
  ['TransactWriteItems', {}],
] as const
for (const [operation, body] of malformed) {
  test(`accessRequests throws on ${operation} of ${JSON.stringify(body)}`, () => {
    assert.throws(() => accessRequests({ service: 'dynamodb', operation, body }, catalogue))
  })
}
