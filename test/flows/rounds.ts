import type { AwsCall } from '#local/aws/call-log.ts'
import type { LocalStack } from '#local/stack.ts'

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

/**
 * Counts the rounds of calls that are played several times, and keeps the least of each. The calls
 * of the function that is counted are slow meanwhile: on a busy machine, calls that were sent
 * together would else miss each other in play after play.
 */
export function fewestRounds<const Name extends string>(
  stack: Pick<LocalStack, 'calls' | 'clearCalls' | 'faults'>,
  names: readonly Name[],
) {
  const fewest = Object.fromEntries(names.map((name) => [name, 99])) as Record<Name, number>
  const count = async <T>(name: Name, fn: string, act: () => Promise<T>): Promise<T> => {
    stack.clearCalls()
    stack.faults.onCall = ({ functionName }) => (functionName === fn ? 'slow' : undefined)
    try {
      const result = await act()
      const calls = stack.calls.filter(({ functionName }) => functionName === fn)
      fewest[name] = Math.min(fewest[name], rounds(calls))
      return result
    } finally {
      stack.faults.onCall = undefined
    }
  }
  return { fewest, count }
}
