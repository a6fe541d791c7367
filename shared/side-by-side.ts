/**
 * Does one thing after the other, so many at a time, and answers the outcomes in order. Where one
 * throws no more are begun, and it throws when those that are have ended.
 */
export async function sideBySide<Item, Outcome>(
  items: readonly Item[],
  atATime: number,
  act: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const rest = [...items.entries()].reverse()
  const work = async () => {
    try {
      for (let next = rest.pop(); next; next = rest.pop()) outcomes[next[0]] = await act(next[1])
    } catch (error) {
      rest.length = 0
      throw error
    }
  }
  const ended = await Promise.allSettled(
    Array.from({ length: Math.min(atATime, items.length) }, work),
  )
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return outcomes
}

/** Parts of a list, each of so many at most. */
export const partsOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  )
