import { randomUUID } from 'node:crypto'

const DAY = 24 * 3600

/** How long a claim can be proved (R2). */
const WINDOW_SECONDS = 10 * DAY

/** A code that nobody has had before, and until when it is good. */
export const newCode = (now: number) => ({ code: randomUUID(), endsAt: now + WINDOW_SECONDS })

export const PROOF_NAME = 'latchkey-verification'

/** What stands in the record, and in the file. */
export const proofValue = (code: string) => `${PROOF_NAME}=${code}`

/** Where the file is. */
export const proofUrl = (domain: string) => `https://${domain}/.well-known/${PROOF_NAME}.txt`
