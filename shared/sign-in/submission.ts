import type { TraceId } from '../ids.ts'

/** A response as it arrived at one of our assertion consumer services. */
export type Submission = {
  samlResponse: string
  relayState: string | undefined
  /** `shared`, or the organization whose ACS was called. */
  scope: string
  /** Of this deployment. */
  publicUrl: string
  /** How often this browser has been sent to a request of ours lately: see restart(). */
  restarts: number
  traceId: TraceId
  nowMs: number
}
