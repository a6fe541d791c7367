/** Counts calls of one caller. */
export type CallCounter = {
  /** Counts one more, and answers how many there were in this window. */
  count(callerAndWindow: string, expiresAt: number): Promise<number>
}

/** So many in a window of so many seconds. */
export type Limit = { most: number; seconds: number }

/** Calls of one API key or session in a minute: ten a second, which no page or script needs. */
export const CALLS_A_MINUTE = 600

const CALLS: Limit = { most: CALLS_A_MINUTE, seconds: 60 }

/**
 * Counts a call.
 *
 * @param what the caller, or what else is limited and whose it is
 * @param now epoch seconds
 * @returns seconds to wait; undefined: it may go on
 */
export async function secondsToWait(
  counter: CallCounter,
  what: string,
  now: number,
  { most, seconds }: Limit = CALLS,
): Promise<number | undefined> {
  const start = now - (now % seconds)
  const count = await counter.count(`${what}#${start}`, start + 2 * seconds)
  return count > most ? start + seconds - now : undefined
}
