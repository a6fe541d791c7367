import type { Fault } from '#local/aws/aws-serving.ts'
import type { LocalStack } from '#local/stack.ts'

type Body = Record<string, unknown>

/** Which of the calls meet which fault; by default none. */
type Plan = { fault?: Fault; times?: number }

/**
 * Watches the calls of one kind that this process makes, and lets the first of them meet a fault,
 * for as long as it is in scope.
 */
export function strike(
  { faults }: Pick<LocalStack, 'faults'>,
  operation: string,
  { fault, times = Number.POSITIVE_INFINITY }: Plan = {},
): Disposable & { bodies: readonly Body[] } {
  const bodies: Body[] = []
  faults.onCall = (call) => {
    if (call.functionName !== 'operator' || call.operation !== operation) return undefined
    bodies.push(call.body)
    return bodies.length <= times ? fault : undefined
  }
  return {
    bodies,
    [Symbol.dispose]: () => {
      faults.onCall = undefined
    },
  }
}
