import type { ApiKeyId, OrgId, SessionId, UserId } from '../ids.ts'

/**
 * What a caller of the administration API may do in its organization: `admin` all, `reader` only
 * look, `setup` configure providers but not decide whether people sign in by them (R14), `emergency`
 * all of providers and nothing else, for half an hour.
 */
export type Role = 'admin' | 'reader' | 'setup' | 'emergency'

/** Who calls, once that is proved. */
export type Caller = KeyCaller | SessionCaller

type KeyCaller = { kind: 'key'; id: ApiKeyId; orgId: OrgId; role: Role }

/** An administrator who has signed in. */
type SessionCaller = { kind: 'session'; id: SessionId; userId: UserId; orgId: OrgId; role: Role }

/** As events and traces name who did something. */
export const actorOf = (caller: Caller) =>
  caller.kind === 'key' ? `apikey:${caller.id}` : `user:${caller.userId}`
