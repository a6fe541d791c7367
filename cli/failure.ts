/** Exit codes of the command line; 0 is success. */
export const exitCodes = { failed: 1, usage: 2, refused: 3, unreachable: 4 } as const

/** Why a command ends without success: for people, and with `--json` for programs. */
export type Failure = {
  kind: keyof typeof exitCodes
  message: string
  /** Of a refusal: its stable name. */
  cause?: string
  /** Of a refusal: what is to blame, item by item. */
  problems?: readonly unknown[]
}

export const usageFailure = (message: string): Failure => ({ kind: 'usage', message })
