import type { AccessAct, Seat } from './access.ts'
import type { AccessStore } from './access-ports.ts'

/** Writes of one call: a thousand people. The next change of the seats goes on where it ends. */
const MAX_ROUNDS = 50

/**
 * Gives free seats to those who wait, first come, first served, until no seat is free or nobody
 * waits. May run any number of times, also at once: a seat is given once.
 */
export async function promoteWaiting(
  store: Pick<AccessStore, 'promote'>,
  seat: Seat,
  act: AccessAct,
): Promise<void> {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    if ((await store.promote(seat, act)) === 0) return
  }
}
