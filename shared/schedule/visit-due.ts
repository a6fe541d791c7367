type Run<Due> = {
  /** How many are visited at once. */
  atOnce: number
  /** False when no further visit should begin: what is left is still due at the next run. */
  hasTime: () => boolean
  visit: (due: Due) => Promise<void>
  /** Told of a visit that broke off. */
  onError: (error: unknown, due: Due) => void
}

/**
 * Visits all that is due, in its order. What goes wrong with one of them stops no other; at the end,
 * an error tells how many visits broke off.
 */
export async function visitDue<Due>(
  due: readonly Due[],
  { atOnce, hasTime, visit, onError }: Run<Due>,
): Promise<void> {
  const waiting = due.values()
  let broken = 0

  async function work() {
    while (hasTime()) {
      const { value, done } = waiting.next()
      if (done) return
      try {
        await visit(value)
      } catch (error) {
        broken++
        onError(error, value)
      }
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work))
  if (broken > 0) throw new Error(`${broken} of ${due.length} visits broke off`)
}
