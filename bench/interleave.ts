/** One thing to measure, and what was measured. */
export type Subject = {
  run: () => unknown
  /** Calls that make one sample. */
  calls: number
  /** CPU microseconds per call, one figure per round: equal indexes are of the same round. */
  samples: number[]
}

export const subject = (calls: number, run: () => unknown): Subject => ({ run, calls, samples: [] })

/**
 * Samples all subjects in turn, round after round, so that whatever slows this machine down for a
 * while slows all of them. CPU time of the process, garbage collection included, rather than wall
 * time: neighbours that take the core away do not count.
 */
export async function interleave(subjects: readonly Subject[], rounds: number): Promise<void> {
  for (const each of subjects) await cpuMicroseconds(each)
  for (let round = 0; round < rounds; round++) {
    for (const each of subjects) each.samples.push(await cpuMicroseconds(each))
  }
}

async function cpuMicroseconds({ run, calls }: Subject): Promise<number> {
  const start = process.cpuUsage()
  for (let call = 0; call < calls; call++) {
    const outcome = run()
    // Awaiting what is no promise would cost a turn of the microtask queue per call.
    if (outcome instanceof Promise) await outcome
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / calls
}

/** The middle value; of an even number, the upper one of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Median of the ratios of samples that were taken in the same round. */
export const medianRatio = (over: Subject, under: Subject) =>
  median(over.samples.map((value, round) => value / (under.samples[round] ?? Number.NaN)))

/** Median of what one more item costs, from the differences of samples of the same round. */
export const medianSlope = (smaller: Subject, larger: Subject, items: number) =>
  median(larger.samples.map((value, round) => (value - (smaller.samples[round] ?? 0)) / items))
