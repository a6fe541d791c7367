import assert from 'node:assert/strict'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessControl } from '#local/aws/access-control.ts'
import type { Call } from '#local/aws/aws-call.ts'
import { readTemplate } from '#local/template/read-template.ts'
import { writeSmallAssembly } from '#test/local/small-assembly.ts'

function control() {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-control-'))
  const template = readTemplate(writeSmallAssembly(folder.path), {
    region: 'us-east-1',
    accountId: '000000000000',
    apiUrl: 'http://127.0.0.1:3000',
    awsEndpoint: 'http://127.0.0.1:4000',
  })
  const reports: string[] = []
  return { template, reports, ...accessControl(template, (text) => reports.push(text)) }
}

const put = (functionName: string, pk: string): Call => ({
  functionName,
  service: 'dynamodb',
  operation: 'PutItem',
  body: { TableName: 'Data-Things', Item: { pk: { S: pk }, sk: { S: 'x' } } },
})
const things = 'arn:aws:dynamodb:us-east-1:000000000000:table/Data-Things'

test('accessControl lets callers pass that are no function', () => {
  assert.equal(control().refusal(put('operator', 'anything')), undefined)
})

test('accessControl lets functions do what their role allows', () => {
  const { refusal, denials } = control()
  assert.equal(refusal(put('writer', 'thing#1')), undefined)
  assert.deepEqual(denials, [])
})

test('accessControl explains a refusal as AWS does', () => {
  assert.equal(
    control().refusal(put('relay', 'thing#1')),
    `User: relay is not authorized to perform: dynamodb:PutItem on resource: ${things} ` +
      'because no identity-based policy allows the dynamodb:PutItem action',
  )
})

test('accessControl reports each distinct denial once', () => {
  const { refusal, reports, denials } = control()
  for (const pk of ['user#1', 'user#2', 'user#1', 'org#1', 'settings']) {
    assert.notEqual(refusal(put('writer', pk)), undefined)
  }
  assert.deepEqual(
    reports.map((text) => /with partition key \S+/.exec(text)?.[0]),
    ['with partition key user#…', 'with partition key org#…', 'with partition key settings'],
  )
  assert.equal(denials.length, 3)
})

test('accessControl refuses a transaction when one member is not allowed', () => {
  const { refusal, denials } = control()
  const TransactItems = ['thing#1', 'user#1'].map((pk) => ({ Put: put('writer', pk).body }))
  const operation = 'TransactWriteItems'
  const call: Call = {
    functionName: 'writer',
    service: 'dynamodb',
    operation,
    body: { TransactItems },
  }
  assert.match(refusal(call) ?? '', /dynamodb:PutItem/)
  assert.deepEqual(denials[0]?.leadingKeys, ['user#1'])
})

test('accessControl lists the grants no call has needed, but not what Lambda itself needs', () => {
  const { refusal, unusedGrants, template } = control()
  refusal(put('writer', 'thing#1'))
  const signing = template.keys[0]?.arn
  const onThings = { functionName: 'writer', resource: things }
  assert.deepEqual(unusedGrants(), [
    { ...onThings, action: 'dynamodb:PutItem', leadingKey: 'catalogue' },
    { ...onThings, action: 'dynamodb:BatchGetItem', leadingKey: 'thing#*' },
    { ...onThings, action: 'dynamodb:BatchGetItem', leadingKey: 'catalogue' },
    { ...onThings, action: 'dynamodb:Query', leadingKey: 'thing#*' },
    { ...onThings, action: 'dynamodb:Query', leadingKey: 'catalogue' },
    { functionName: 'writer', action: 'kms:Sign', resource: signing },
  ])
})
