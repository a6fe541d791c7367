import type { OrgId, SsoTokenId, TraceId } from '../ids.ts'
import type { AlertKind } from './types.ts'

/** What is known when something about the use of an SSO token is noticed. */
type Noticed = {
  /** Epoch seconds. */
  at: number
  /** Of the refusal that shows it, where it was one. */
  traceId?: TraceId
  actor: string
}

export type AlertStore = {
  /**
   * Tells administrators by event and mail, of each kind once in its time (`quietSeconds`).
   *
   * @returns false where they know already, or the SSO token is no more
   */
  raise(
    ssoToken: { orgId: OrgId; id: SsoTokenId },
    kind: AlertKind,
    noticed: Noticed,
  ): Promise<boolean>
}

/** How long nothing more is told of a kind: a refusal may come again at any moment. */
export const quietSeconds = {
  replay: 3600,
  other_host: 3600,
  odd_ratio: 24 * 3600,
  every_page: 24 * 3600,
} as const satisfies Record<AlertKind, number>
