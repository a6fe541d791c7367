import type { CallCounter } from '#shared/admin/rate-limit.ts'
import type { LinkRequests } from '#shared/admin/request-link.ts'
import type { BreakGlassStore, LinkStore, SessionStore } from '#shared/admin/session-ports.ts'
import type { LoginReturns } from '#shared/admin/single-sign-on.ts'
import type { Acceptance } from '#shared/admin/use-link.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import type { HttpResponse } from '#shared/http/respond.ts'
import type { OrgId } from '#shared/ids.ts'
import type { Candidate } from '#shared/login/discover.ts'
import type { SignJwt } from '#shared/tokens/ports.ts'

/** What the sign-in of administrators is made of. */
export type Ports = {
  sessions: SessionStore
  links: LinkStore
  breakGlass: BreakGlassStore
  invitations: Acceptance
  requests: LinkRequests
  counter: CallCounter
  logins: LoginReturns
  /** Active identity providers of an organization. */
  findProviders(orgId: OrgId): Promise<readonly Candidate[]>
  signSession: SignJwt
  publicUrl: string
  /** Epoch milliseconds. */
  now: () => number
}

export type Answer = (ports: Ports, request: HttpRequest) => Promise<HttpResponse>
