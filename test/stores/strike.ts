import type { Fault } from '#local/aws/aws-serving.ts'
import type { LocalStack } from '#local/stack.ts'

type Body = Record<string, unknown>

/** Which of whose calls meet which fault; by default none, and those of this process. */
type Plan = { fault?: Fault; times?: number; fn?: string }

/**
 * Watches the calls of one kind that this process or a function makes, and lets the first of them
 * meet a fault, for as long as it is in scope.
 */
export function strike(
  { faults }: Pick<LocalStack, 'faults'>,
  operation: string,
  { fault, times = Number.POSITIVE_INFINITY, fn = 'operator' }: Plan = {},
): Disposable & { bodies: readonly Body[] } {
  const bodies: Body[] = []
  faults.onCall = (call) => {
    if (call.functionName !== fn || call.operation !== operation) return undefined
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
