/** Counts calls of one caller. */
export type CallCounter = {
  /** Counts one more, and answers how many there were in this window. */
  count(callerAndWindow: string, expiresAt: number): Promise<number>
}

const WINDOW_SECONDS = 60

/** Calls of one API key or session in a minute: ten a second, which no page or script needs. */
export const CALLS_A_MINUTE = 600

/**
 * Counts a call.
 *
 * @param now epoch seconds
 * @returns seconds to wait; undefined: it may go on
 */
export async function secondsToWait(
  counter: CallCounter,
  caller: string,
  now: number,
): Promise<number | undefined> {
  const start = now - (now % WINDOW_SECONDS)
  const count = await counter.count(`${caller}#${start}`, start + 2 * WINDOW_SECONDS)
  return count > CALLS_A_MINUTE ? start + WINDOW_SECONDS - now : undefined
}
