/** How far a call has come. */
type Redriven = { moved: number; isDone: boolean }

/** Changes that a function gave up to follow, by their place in the stream. */
export type RelayFailure = {
  /** ISO 8601. */
  at: string
  function: string
  condition: string
  shardId: string
  firstSequenceNumber: string
  lastSequenceNumber: string
  changes: number
}

export type DeadLetters = {
  /** Sends dead letters to consumers once more, in their order, for a few seconds. */
  redrive(): Promise<Redriven>
  /** Some of them, ten at most; they stay where they are. */
  peekFailures(): Promise<readonly RelayFailure[]>
}
