import type { OrgId, TraceId } from '../ids.ts'
import type { Trace } from '../sign-in/ports.ts'

type TailPage = {
  /** Oldest first. */
  traces: readonly Trace[]
  /** Where the next page begins; absent: there is none yet. */
  next?: TraceId
}

export type TraceTail = {
  /**
   * Traces that came after one.
   *
   * @param orgId undefined: those of nobody knows whom
   */
  after(orgId: OrgId | undefined, id: TraceId, limit: number): Promise<TailPage>
}
