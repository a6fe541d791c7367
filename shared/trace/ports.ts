import type { ProviderKind } from '../idps/types.ts'
import type { IdpId, OrgId, SsoTokenId, TraceId } from '../ids.ts'
import type { Trace } from '../sign-in/ports.ts'

/** Which traces are asked for; absent parts: all. */
export type TraceFilter = {
  outcome?: Trace['outcome']
  idpId?: IdpId
  ssoTokenId?: SsoTokenId
}

type TracePage = {
  /** Newest first. A page may have fewer than asked for, or none, although others follow. */
  traces: readonly Trace[]
  /** Where the next page begins; absent: this was the last. */
  next?: TraceId
}

export type TraceReader = {
  list(
    orgId: OrgId,
    filter: TraceFilter,
    page: { limit: number; after?: TraceId },
  ): Promise<TracePage>
  /** With the kind of the provider that it is about, for hints. */
  find(orgId: OrgId, id: TraceId): Promise<{ trace: Trace; kind?: ProviderKind } | undefined>
}
