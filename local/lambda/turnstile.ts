/** Lets a number of holders in at a time, the others in order of arrival. */
export function turnstile(places: number) {
  const queue: (() => void)[] = []
  let free = places
  return {
    async enter(): Promise<void> {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => queue.push(resolve))
    },
    /** Hands the place to whom has waited longest. */
    leave(): void {
      const next = queue.shift()
      if (next) next()
      else free += 1
    },
  }
}
