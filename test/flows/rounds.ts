import type { AwsCall } from '#local/aws/call-log.ts'

/** How many times a function waited for AWS: calls that overlap in time are one round. */
export function rounds(calls: readonly Pick<AwsCall, 'startedAt' | 'endedAt'>[]): number {
  let count = 0
  let roundEnds = Number.NEGATIVE_INFINITY
  for (const { startedAt, endedAt } of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    if (startedAt >= roundEnds) {
      count++
      roundEnds = endedAt
    }
    roundEnds = Math.min(roundEnds, endedAt)
  }
  return count
}
