import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Resource, resourcesOf } from './synthesis.ts'

type Alarm = {
  Namespace: string
  MetricName: string
  Dimensions: { Name: string; Value: unknown }[]
  Threshold: number
}

describe('alarms', () => {
  let alarms: Resource<Alarm>[]
  before(async () => {
    alarms = await resourcesOf<Alarm>('AWS::CloudWatch::Alarm')
  })

  const expected = [
    [
      'an event that a product could not take',
      'ApproximateNumberOfMessagesVisible',
      /ProvisioningDeadLetters/,
      1,
    ],
    ['a change that was given up', 'ApproximateNumberOfMessagesVisible', /RelayFailures/, 1],
    [
      'people whose access nobody could follow',
      'ApproximateNumberOfMessagesVisible',
      /AccessDeadLetters/,
      1,
    ],
    ['a relay that is a minute late', 'IteratorAge', /eventsrelay/, 60_000],
    ['mails that are five minutes late', 'IteratorAge', /mailssend/, 300_000],
    ['a refresh that broke off', 'Errors', /metadatarefresh/, 1],
    ['a look at domains that broke off', 'Errors', /domainsrecheck/, 1],
    ['a look at tokens that broke off', 'Errors', /scimtokenswatch/, 1],
    ['a look at portals that broke off', 'Errors', /ssotokenswatch/, 1],
    ['groups that nobody could finish', 'Errors', /scimunfinished/, 1],
  ] as const
  for (const [name, metric, about, threshold] of expected) {
    test(`tell ${name}, within a minute`, () => {
      const { properties } =
        alarms.find(
          (alarm) =>
            alarm.properties.MetricName === metric &&
            about.test(JSON.stringify(alarm.properties.Dimensions)),
        ) ?? assert.fail('no such alarm')
      const isOfQueue = metric === 'ApproximateNumberOfMessagesVisible'
      assert.equal(properties.Namespace, isOfQueue ? 'AWS/SQS' : 'AWS/Lambda')
      assert.partialDeepStrictEqual(properties, {
        Threshold: threshold,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      })
    })
  }

  test('are these', () => {
    assert.equal(alarms.length, expected.length)
  })
})
