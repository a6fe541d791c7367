import type { ProviderKind } from '../idps/types.ts'
import type { Trace } from '../sign-in/ports.ts'
import { hintFor } from './hints.ts'
import { stagesOf } from './stages.ts'
import { summarize } from './summarize.ts'

/**
 * A trace as an admin reads it: which stages the sign-in passed, where it failed, what we got and
 * wanted, and how that is mended at a provider of this kind (R40).
 */
export function explain(trace: Trace, kind?: ProviderKind) {
  const { cause, message } = trace
  return {
    ...summarize(trace),
    stages: stagesOf(trace),
    ...(cause !== undefined && { hint: hintFor(cause, kind) }),
    ...(message !== undefined && { message }),
  }
}
