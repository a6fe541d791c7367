import * as v from 'valibot'
import { fail, ok, type Result } from '../result.ts'

const Key = v.strictObject({
  /** The one in use first; the others are published. */
  generations: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(1)),
  changedAt: v.pipe(v.string(), v.isoTimestamp()),
})

/** Generations of the keys that others know, as a file of the deployment keeps them (ADR 0010). */
export const KeyFile = v.strictObject({
  jwtSigningKeys: v.exactOptional(Key),
  samlSigningKeys: v.exactOptional(Key),
  samlEncryptionKeys: v.exactOptional(Key),
})

/** Where the file is, from the project's folder. */
export const KEY_FILE = 'latchkey.keys.json'

export type KeyName = keyof v.InferOutput<typeof KeyFile>
export type KeyState = v.InferOutput<typeof Key>

/** What a rotation does next, and what there is afterwards. */
export type RotationStep = { step: 'publish' | 'use' | 'retire'; generations: readonly number[] }

const DAY_MS = 24 * 3600 * 1000

/**
 * How long the state before a step must have lasted. Providers learn of a new key where they read our
 * metadata again, or an admin tells them; of a signing key that is used no longer, messages are good
 * for minutes, while providers may go on to encrypt to the one that they know. Products may keep our
 * JWK Set for minutes, but libraries keep any for up to a day (Microsoft.IdentityModel: a day once,
 * now 12 hours), and not all of them look again for an unknown `kid`. JWTs are good for minutes; who
 * verifies them late has a day.
 */
const waitDays = {
  jwtSigningKeys: { publish: 0, use: 1, retire: 1 },
  samlSigningKeys: { publish: 0, use: 14, retire: 1 },
  samlEncryptionKeys: { publish: 0, use: 14, retire: 14 },
} as const satisfies Record<KeyName, Record<RotationStep['step'], number>>

/**
 * The step that follows, never one further.
 *
 * @returns undefined where the generations are none that rotations go through
 */
export function nextStep([first, second, ...more]: readonly number[]): RotationStep | undefined {
  if (first === undefined || more.length > 0) return undefined
  if (second === undefined) return { step: 'publish', generations: [first, first + 1] }
  if (second > first) return { step: 'use', generations: [second, first] }
  return second < first ? { step: 'retire', generations: [first] } : undefined
}

/** Whether a state has lasted as long as its next step wants; if not, until when that takes. */
export function mayStep(
  name: KeyName,
  { step }: RotationStep,
  { changedAt }: KeyState,
  nowMs: number,
): Result<void, { until: string }> {
  const until = Date.parse(changedAt) + waitDays[name][step] * DAY_MS
  return until <= nowMs ? ok(undefined) : fail({ until: new Date(until).toISOString() })
}
