import { log } from '../log.ts'
import type { ScimLog } from './access-ports.ts'
import type { ScimAnswer, ScimCall } from './calls.ts'
import type { ScimError } from './errors.ts'
import type { ScimAct } from './types.ts'

/**
 * Tells the log for admins of a request that was refused or found nothing: what changed something has
 * a row there already, and of what else changed nothing there is nothing to tell. The answer does not
 * depend on it.
 */
export async function tellLog(
  scimLog: ScimLog,
  answered: ScimAnswer,
  { directory, scimAct }: Pick<ScimCall, 'directory'> & { scimAct: ScimAct },
): Promise<void> {
  if (answered.ok && !answered.value.foundNothing) return
  const outcome = answered.ok ? { status: answered.value.status } : outcomeOf(answered.error)
  try {
    await scimLog.refused(directory, scimAct, outcome)
  } catch (error) {
    log.error('scim_refusal_unlogged', error, { requestId: scimAct.request.requestId })
  }
}

/** Details may name values of people; the log does without. */
const outcomeOf = ({ status, scimType }: ScimError) => ({
  status,
  ...(scimType && { scimType }),
})
