import { type CallCounter, type Limit, secondsToWait } from '../admin/rate-limit.ts'
import type { DirectoryId, ScimTokenId } from '../ids.ts'
import { log } from '../log.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ScimAccess } from '../scim/access-ports.ts'
import {
  type AccessError,
  type Authenticated,
  authenticate,
  isUseOld,
} from '../scim/authenticate.ts'
import { notFound, type ScimError, tooManyRequests } from '../scim/errors.ts'
import type { warmCallers } from '../scim/warm-callers.ts'
import { toSeconds } from '../time.ts'

export type AdmissionPorts = { access: ScimAccess; calls: CallCounter }

/** Requests of one token in one directory: 50 a second, of which none needs more than 25. */
export const SCIM_CALLS: Limit = { most: 3000, seconds: 60 }

/** A cause for our log, and what the caller is told. */
export type Refusal = { cause: AccessError | 'too_many_requests'; error: ScimError }

/** Who may go on, and what is still under way meanwhile; that does not fail. */
export type Admitted = Authenticated & { pending: Promise<unknown> }

type Who = { id: ScimTokenId; secretHash: string; directory: DirectoryId }
type Moment = { nowMs: number; isCreate: boolean }
type Gate = { ports: AdmissionPorts; warm: ReturnType<typeof warmCallers> }

/**
 * Lets a caller pass whose token is good, and who does not come too often. Both are found out side by
 * side; where somebody is created, who was let pass just now is let pass before that is counted.
 */
export async function admit(
  { ports, warm }: Gate,
  who: Who,
  { nowMs, isCreate }: Moment,
): Promise<Result<Admitted, Refusal>> {
  const now = toSeconds(nowMs)
  const told = warm.secondsToWait(who, now)
  if (told !== undefined) return fail(tooMany(told))
  const counting = count(ports.calls, who, now)
  const known = isCreate ? warm.find(who, nowMs) : undefined
  if (known) {
    const pending = settled('scim_call_uncounted', async () => warm.told(who, now, await counting))
    return ok({ ...known, pending })
  }
  const [found, wait] = await Promise.all([ports.access.find(who.id, who.directory), counting])
  const authenticated = authenticate(who, found, { directory: who.directory, now })
  if (!authenticated.ok) return fail(refusals[authenticated.error])
  warm.told(who, now, wait)
  if (wait !== undefined) return fail(tooMany(wait))
  const { token } = authenticated.value
  warm.keep(who, authenticated.value, nowMs)
  const pending = isUseOld(token, now)
    ? settled('scim_use_unnoted', () => ports.access.markUsed(token, now))
    : Promise.resolve()
  return ok({ ...authenticated.value, pending })
}

/**
 * By the secret, too: who does not know it counts for nobody else, and cannot use up what the
 * directory's client needs.
 */
const count = (calls: CallCounter, { directory, secretHash }: Who, now: number) =>
  secondsToWait(calls, `scim#${directory}#${secretHash.slice(0, 16)}`, now, SCIM_CALLS)

/** Does what an answer can do without. */
async function settled(code: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    log.error(code, error)
  }
}

const tooMany = (wait: number): Refusal => ({
  cause: 'too_many_requests',
  error: tooManyRequests(wait),
})

const unauthorized = { status: 401, detail: 'The token is missing, or not good' } as const
const unknown = notFound('There is no such directory')

export const refusals = {
  token_missing: { cause: 'token_missing', error: unauthorized },
  token_unknown: { cause: 'token_unknown', error: unauthorized },
  token_wrong: { cause: 'token_wrong', error: unauthorized },
  token_expired: { cause: 'token_expired', error: unauthorized },
  organization_closed: { cause: 'organization_closed', error: unauthorized },
  directory_foreign: { cause: 'directory_foreign', error: unknown },
  directory_unknown: { cause: 'directory_unknown', error: unknown },
} as const satisfies Record<AccessError, Refusal>
