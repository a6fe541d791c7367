import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { consumers } from '#infra/consumers.ts'
import { endpoints } from '#infra/routes.ts'
import { type Reference, type Resource, resourcesOf } from './synthesis.ts'

type Table = {
  KeySchema: { AttributeName: string; KeyType: string }[]
  BillingMode: string
  GlobalSecondaryIndexes?: unknown
  LocalSecondaryIndexes?: unknown
  StreamSpecification?: { StreamViewType: string }
  TimeToLiveSpecification: unknown
  Replicas: {
    DeletionProtectionEnabled: boolean
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: boolean }
  }[]
}
type Key = { KeySpec: string; KeyUsage: string; EnableKeyRotation: boolean; KeyPolicy: unknown }
type Alias = { AliasName: string; TargetKeyId: Reference }
type Queue = {
  FifoQueue?: boolean
  VisibilityTimeout?: number
  RedrivePolicy?: { deadLetterTargetArn: Reference; maxReceiveCount: number }
  SqsManagedSseEnabled: boolean
  MessageRetentionPeriod: number
}
type QueuePolicy = { PolicyDocument: { Statement: object[] }; Queues: Reference[] }

const assertRetained = ({ deletionPolicy, updateReplacePolicy }: Resource<unknown>) => {
  assert.equal(deletionPolicy, 'Retain')
  assert.equal(updateReplacePolicy, 'Retain')
}

const starting = <T>(all: readonly Resource<T>[], name: string) =>
  all.find(({ id }) => new RegExp(`^${name}[0-9A-F]{8}$`).test(id)) ?? assert.fail(`no ${name}`)

describe('tables', () => {
  let tables: Resource<Table>[]
  before(async () => {
    tables = await resourcesOf<Table>('AWS::DynamoDB::GlobalTable')
  })

  test('are two', () => {
    assert.equal(tables.length, 2)
  })

  for (const name of ['Directory', 'Ephemeral']) {
    test(`${name} outlives every mistake: protected, recoverable, retained`, () => {
      const table = starting(tables, name)
      assertRetained(table)
      const { Replicas } = table.properties
      assert.equal(Replicas.length, 1)
      for (const replica of Replicas) {
        assert.equal(replica.DeletionProtectionEnabled, true)
        const { PointInTimeRecoveryEnabled } = replica.PointInTimeRecoverySpecification
        assert.equal(PointInTimeRecoveryEnabled, true)
      }
    })

    test(`${name} pays by request, cleans up by expiresAt, and has no index`, () => {
      const { properties } = starting(tables, name)
      assert.equal(properties.BillingMode, 'PAY_PER_REQUEST')
      const expiry = { AttributeName: 'expiresAt', Enabled: true }
      assert.deepEqual(properties.TimeToLiveSpecification, expiry)
      assert.equal(properties.GlobalSecondaryIndexes, undefined)
      assert.equal(properties.LocalSecondaryIndexes, undefined)
    })
  }

  test('Directory has two keys, and a stream of new and old images', () => {
    const { KeySchema, StreamSpecification } = starting(tables, 'Directory').properties
    assert.deepEqual(KeySchema, [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ])
    assert.deepEqual(StreamSpecification, { StreamViewType: 'NEW_AND_OLD_IMAGES' })
  })

  test('Ephemeral has one key, and no stream: nothing in it is history', () => {
    const { KeySchema, StreamSpecification } = starting(tables, 'Ephemeral').properties
    assert.deepEqual(KeySchema, [{ AttributeName: 'pk', KeyType: 'HASH' }])
    assert.equal(StreamSpecification, undefined)
  })
})

describe('keys', () => {
  let keys: Resource<Key>[]
  let aliases: Resource<Alias>[]
  before(async () => {
    keys = await resourcesOf<Key>('AWS::KMS::Key')
    aliases = await resourcesOf<Alias>('AWS::KMS::Alias')
  })

  const expected = [
    ['alias/latchkey/jwt', 'RSA_2048', 'SIGN_VERIFY', false],
    ['alias/latchkey/admin-session', 'RSA_2048', 'SIGN_VERIFY', false],
    ['alias/latchkey/saml-signing', 'RSA_2048', 'SIGN_VERIFY', false],
    ['alias/latchkey/saml-encryption', 'RSA_2048', 'ENCRYPT_DECRYPT', false],
    ['alias/latchkey/data', 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', true],
  ] as const
  for (const [alias, spec, usage, isRotated] of expected) {
    test(`${alias} is ${spec} for ${usage}, and retained`, () => {
      const { properties } =
        aliases.find((one) => one.properties.AliasName === alias) ?? assert.fail('no alias')
      const keyId = properties.TargetKeyId['Fn::GetAtt']?.[0]
      const key = keys.find(({ id }) => id === keyId) ?? assert.fail('no key')
      assertRetained(key)
      assert.equal(key.properties.KeySpec, spec)
      assert.equal(key.properties.KeyUsage, usage)
      assert.equal(key.properties.EnableKeyRotation, isRotated)
    })
  }

  test('are these, and belong to nobody but the account', () => {
    assert.equal(keys.length, expected.length)
    assert.equal(aliases.length, expected.length)
    for (const { properties } of keys) {
      const policy = JSON.stringify(properties.KeyPolicy)
      assert.match(policy, /:root/)
      assert.doesNotMatch(policy, /"AWS":"\*"|"Principal":"\*"/)
    }
  })
})

describe('queues', () => {
  let queues: Resource<Queue>[]
  let policies: Resource<QueuePolicy>[]
  before(async () => {
    queues = await resourcesOf<Queue>('AWS::SQS::Queue')
    policies = await resourcesOf<QueuePolicy>('AWS::SQS::QueuePolicy')
  })
  const names = [
    'Provisioning',
    'ProvisioningDeadLetters',
    'RelayFailures',
    'AccessDeadLetters',
    'Access',
  ]

  test('are five', () => {
    assert.equal(queues.length, names.length)
  })

  for (const name of names) {
    test(`${name} is encrypted, takes TLS only, keeps two weeks, and is retained`, () => {
      const queue = starting(queues, name)
      assertRetained(queue)
      assert.equal(queue.properties.SqsManagedSseEnabled, true)
      assert.equal(queue.properties.MessageRetentionPeriod, 14 * 24 * 3600)
      const [policy] = policies.filter(({ properties }) =>
        properties.Queues.some(({ Ref }) => Ref === queue.id),
      )
      assert.deepEqual(policy?.properties.PolicyDocument.Statement, [
        {
          Action: 'sqs:*',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: { 'Fn::GetAtt': [queue.id, 'Arn'] },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ])
    })
  }

  test('Provisioning is FIFO at high throughput, and gives up after five receives', () => {
    const { properties } = starting(queues, 'Provisioning')
    const deadLetters = starting(queues, 'ProvisioningDeadLetters')
    assert.partialDeepStrictEqual(properties, {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    })
    assert.deepEqual(properties.RedrivePolicy, {
      deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
      maxReceiveCount: 5,
    })
    assert.equal(deadLetters.properties.FifoQueue, true)
  })

  test('Provisioning hides a message for six time-outs of the slowest function', () => {
    const reading = consumers.filter(({ source }) => source.kind === 'directory-stream')
    const slowest = Math.max(10, ...reading.map(({ timeoutSeconds }) => timeoutSeconds))
    assert.ok(endpoints.length > 0)
    const { VisibilityTimeout = 0 } = starting(queues, 'Provisioning').properties
    assert.ok(VisibilityTimeout >= 6 * slowest)
  })

  test('Access is a standard queue, hides a message for six time-outs, and gives up after five', () => {
    const { properties } = starting(queues, 'Access')
    const [reader] = consumers.filter(({ source }) => source.kind === 'access-queue')
    assert.equal(properties.FifoQueue, undefined)
    assert.equal(properties.VisibilityTimeout, 6 * (reader?.timeoutSeconds ?? 0))
    assert.deepEqual(properties.RedrivePolicy, {
      deadLetterTargetArn: { 'Fn::GetAtt': [starting(queues, 'AccessDeadLetters').id, 'Arn'] },
      maxReceiveCount: 5,
    })
  })

  test('RelayFailures is a standard queue, as Lambda requires of a destination', () => {
    assert.equal(starting(queues, 'RelayFailures').properties.FifoQueue, undefined)
  })
})
