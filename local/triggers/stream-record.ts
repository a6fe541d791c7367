import type { _Record } from '@aws-sdk/client-dynamodb-streams'

/** A change as a function gets it: the parts that the trigger itself looks at. */
export type StreamRecord = {
  dynamodb: { SequenceNumber: string; ApproximateCreationDateTime?: number }
}

/** What DynamoDB Local calls otherwise than DynamoDB. */
type Origin = { eventSourceARN: string; awsRegion: string }

/**
 * Turns a record of the SDK into what Lambda puts into an event: bytes are base64, times are epoch
 * seconds.
 *
 * Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB", example event.
 */
export function streamRecord(record: _Record, origin: Origin): StreamRecord {
  const { SequenceNumber = '', ...change } = record.dynamodb ?? {}
  const wire = toWire({ ...record, dynamodb: change, ...origin }) as { dynamodb: object }
  return { ...wire, dynamodb: { ...wire.dynamodb, SequenceNumber } }
}

function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return Math.floor(value.getTime() / 1000)
  if (Array.isArray(value)) return value.map(toWire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toWire(inner)]))
}
