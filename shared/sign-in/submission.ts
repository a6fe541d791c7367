import type { TraceId } from '../ids.ts'
import type { ServiceProvider } from './service-provider.ts'

/** A response as it arrived at one of our assertion consumer services. */
export type Submission = {
  samlResponse: string
  relayState: string | undefined
  /** `shared`, or the organization whose ACS was called. */
  scope: string
  serviceProvider: ServiceProvider
  traceId: TraceId
  nowMs: number
}
