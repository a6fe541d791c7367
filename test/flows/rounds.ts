import type { AwsCall } from '#local/aws/call-log.ts'

type Span = Pick<AwsCall, 'startedAt' | 'endedAt'>

/**
 * How many times a function waited for AWS: a call that starts after another one has ended may have
 * waited for it. Calls that were sent together may miss each other on a busy machine, so the count
 * is an upper bound: take the least of several.
 */
export function rounds(calls: readonly Span[]): number {
  let count = 0
  let firstEnd = Number.NEGATIVE_INFINITY
  for (const { startedAt, endedAt } of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const isNewRound = startedAt >= firstEnd
    if (isNewRound) count++
    firstEnd = isNewRound ? endedAt : Math.min(firstEnd, endedAt)
  }
  return count
}
