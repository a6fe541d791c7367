import { randomUUID } from 'node:crypto'
import { functionArn } from '#local/lambda/lambda-variables.ts'
import type { FailedRange } from './stream-delivery.ts'

type Discarded = FailedRange & {
  functionName: string
  streamArn: string
  region: string
  /** ISO 8601. */
  discardedAt: string
}

/**
 * What Lambda sends to the on-failure destination: not the records, but where they are in the stream.
 *
 * Source: AWS Lambda Developer Guide, "Retain discarded records for a DynamoDB event source", example
 * invocation record.
 */
export function failureRecord(discarded: Discarded) {
  const { functionName, streamArn, region, records, shardId } = discarded
  const [first, last] = [records.at(0)?.dynamodb, records.at(-1)?.dynamodb]
  const [, , , , accountId = ''] = streamArn.split(':')
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: functionArn(functionName, { region, accountId }),
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: discarded.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: discarded.hasFunctionError ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: discarded.discardedAt,
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn,
    },
  }
}

const arrival = (epochSeconds = 0) =>
  new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z')
