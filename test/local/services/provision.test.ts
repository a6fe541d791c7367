import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { startKms } from '#local/kms/server.ts'
import { startDynamodb } from '#local/services/dynamodb.ts'
import { provision } from '#local/services/provision.ts'
import { startSqs } from '#local/services/sqs.ts'
import { readTemplate } from '#local/template/read-template.ts'
import type { Template } from '#local/template/template.ts'
import { writeSmallAssembly } from '#test/local/small-assembly.ts'

const region = 'us-east-1'
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

function smallTemplate(awsEndpoint: string): Template {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-provision-'))
  const place = { region, accountId: '000000000000', apiUrl: 'http://127.0.0.1:3000', awsEndpoint }
  return readTemplate(writeSmallAssembly(folder.path), place)
}

/** Services that have been provisioned once. */
async function startWorld() {
  const starting = [startDynamodb(), startSqs({ region }), startKms()] as const
  const [dynamodb, sqs, kms] = await Promise.all(starting)
  const services = { dynamodb: dynamodb.url, sqs: sqs.url, kms }
  const template = smallTemplate(sqs.url)
  return {
    services,
    template,
    streamArns: await provision(template, services),
    kms,
    tables: new DynamoDBClient({ endpoint: dynamodb.url, region, credentials }),
    queues: new SQSClient({ endpoint: sqs.url, region, credentials }),
    QueueUrl: `${sqs.url}/000000000000/Data-Jobs.fifo`,
    stop: () => Promise.all([dynamodb.stop(), sqs.stop(), kms.stop()]),
  }
}

describe('provision', () => {
  let world: Awaited<ReturnType<typeof startWorld>>
  before(async () => {
    world = await startWorld()
  })
  after(() => world.stop())

  const attributesOf = async (names: ('FifoQueue' | 'RedrivePolicy' | 'VisibilityTimeout')[]) => {
    const { queues, QueueUrl } = world
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names })
    return (await queues.send(command)).Attributes ?? {}
  }

  test('creates tables with keys, index, stream and TTL', async () => {
    const { streamArns, tables, template } = world
    const TableName = 'Data-Things'
    const { Table } = await tables.send(new DescribeTableCommand({ TableName }))
    const ttl = await tables.send(new DescribeTimeToLiveCommand({ TableName }))
    assert.deepEqual(Table?.KeySchema, template.tables[0]?.keySchema)
    assert.equal(Table?.GlobalSecondaryIndexes?.[0]?.IndexName, 'by-email')
    assert.equal(Table?.StreamSpecification?.StreamViewType, 'NEW_AND_OLD_IMAGES')
    assert.equal(ttl.TimeToLiveDescription?.AttributeName, 'expiresAt')
    assert.deepEqual([...streamArns], [[TableName, Table.LatestStreamArn]])
  })

  test('creates queues with FIFO attributes and redrive policy', async () => {
    const attributes = await attributesOf(['FifoQueue', 'RedrivePolicy', 'VisibilityTimeout'])
    assert.equal(attributes['FifoQueue'], 'true')
    assert.equal(attributes['VisibilityTimeout'], '60')
    assert.deepEqual(JSON.parse(attributes['RedrivePolicy'] ?? ''), {
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:Data-DeadJobs.fifo',
      maxReceiveCount: 3,
    })
  })

  test('creates keys that are found by alias', async () => {
    const { kms, template } = world
    const response = await fetch(kms.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.DescribeKey' },
      body: JSON.stringify({ KeyId: 'alias/signing' }),
    })
    const { KeyMetadata } = (await response.json()) as { KeyMetadata: Record<string, string> }
    assert.equal(KeyMetadata['Arn'], template.keys[0]?.arn)
  })

  test('keeps what is there when it runs again', async () => {
    const { QueueUrl, queues, services, streamArns, tables, template } = world
    const key = { pk: { S: 'kept' }, sk: { S: 'x' } }
    await tables.send(new PutItemCommand({ TableName: 'Data-Things', Item: key }))
    await queues.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'kept',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
      }),
    )
    assert.deepEqual(await provision(template, services), streamArns)
    const { Item } = await tables.send(new GetItemCommand({ TableName: 'Data-Things', Key: key }))
    const { Messages } = await queues.send(new ReceiveMessageCommand({ QueueUrl }))
    assert.deepEqual(Item, key)
    assert.equal(Messages?.[0]?.Body, 'kept')
  })

  test('changes the attributes of a queue that is there', async () => {
    const { services, template } = world
    const [dead, jobs] = template.queues
    assert.ok(dead && jobs)
    const changed = { ...jobs, attributes: { ...jobs.attributes, VisibilityTimeout: '90' } }
    await provision({ ...template, queues: [dead, changed] }, services)
    assert.deepEqual(await attributesOf(['VisibilityTimeout']), { VisibilityTimeout: '90' })
  })

  test('refuses to use a table that was made for another template', async () => {
    const { services, template } = world
    const [things, ...others] = template.tables
    assert.ok(things)
    const attributes = things.attributes.filter(({ AttributeName }) => AttributeName !== 'email')
    const withoutIndex = { ...things, attributes, indexes: [] }
    const changed = { ...template, tables: [withoutIndex, ...others] }
    await assert.rejects(provision(changed, services), {
      message: /^Table Data-Things .* other keys, indexes or stream .* remove the data folder/,
    })
  })
})
