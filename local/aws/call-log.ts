import type { ServerResponse } from 'node:http'
import type { Call } from './aws-call.ts'

/** A call that has ended; times are performance.now() milliseconds. */
export type AwsCall = Pick<Call, 'functionName' | 'service' | 'operation'> & {
  startedAt: number
  endedAt: number
  /** HTTP status; 0 when the caller got no whole answer. */
  status: number
}

const MAX_CALLS = 10_000

/** Keeps the latest calls, oldest first. */
export function callLog() {
  const calls: AwsCall[] = []
  return {
    calls: calls as readonly AwsCall[],
    /** To be called when the response has been closed, whoever closed it. */
    add({ functionName, service, operation }: Call, response: ServerResponse, startedAt: number) {
      const status = response.writableFinished ? response.statusCode : 0
      const endedAt = performance.now()
      calls.push({ functionName, service, operation, startedAt, endedAt, status })
      if (calls.length > MAX_CALLS) calls.shift()
    },
    clear() {
      calls.length = 0
    },
  }
}
