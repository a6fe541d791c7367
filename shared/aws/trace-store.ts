import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { TraceId } from '../ids.ts'
import type { Trace, TraceStore } from '../sign-in/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'

const KEPT_SECONDS = 30 * 24 * 3600

/** A trace as it is stored: thirty days, then TTL removes it. */
export const traceItem = ({ id, ...trace }: Trace) => ({
  ...keyOf(id, trace),
  traceId: id,
  ...trace,
  expiresAt: trace.at + KEPT_SECONDS,
})

function keyOf(id: TraceId, { orgId, outcome, keyFingerprint, ssoTokenId }: Omit<Trace, 'id'>) {
  const isProved = keyFingerprint !== undefined || ssoTokenId !== undefined
  const isVouched = outcome === 'succeeded' || isProved
  return orgId === undefined || isVouched
    ? directoryKeys.trace(orgId, id)
    : directoryKeys.unvouchedTrace(orgId, id)
}

export const dynamoTraces = (directory: string): TraceStore => ({
  async record(trace) {
    await dynamo.send(new PutItemCommand({ TableName: directory, Item: toItem(traceItem(trace)) }))
  },
})
