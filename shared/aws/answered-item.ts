import type { Answered } from '../idps/ports.ts'
import { readItems } from './dynamo.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { guarded } from './item-writes.ts'

/** Keeps the answer of a call that may come again; TTL may be late, so one that is over is replaced. */
export function keepAnswer(ephemeral: string, { keyHash, ...answered }: Answered, now: number) {
  const item = { ...ephemeralKeys.answered(keyHash), keyHash, ...answered }
  const write = guarded(ephemeral, item, {
    condition: 'attribute_not_exists(pk) OR #expiresAt <= :now',
    values: { now },
  })
  return { write, failure: 'already_answered' } as const
}

/** What the same call was answered before. */
export async function findAnswer(
  ephemeral: string,
  keyHash: string,
  now: number,
): Promise<Answered | undefined> {
  const [item] = await readItems([{ table: ephemeral, key: ephemeralKeys.answered(keyHash) }])
  const answered = item as Answered | undefined
  return answered && answered.expiresAt > now ? answered : undefined
}
