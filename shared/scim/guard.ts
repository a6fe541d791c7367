import { toSeconds } from '../time.ts'
import type { GuardCounts, Room } from './ports.ts'
import type { Directory, Guard } from './types.ts'

/** What a directory takes from people: it keeps them out, or takes them from groups. */
export type GuardedKind = keyof GuardCounts

const BUCKET_MS = 5 * 60_000
/** The running one, and as many before it as hold an hour, wherever in the running one it begins. */
const BUCKETS = 13

/** Names of buckets begin with this. */
const prefixes = { deactivated: 'd', removed: 'm' } as const satisfies Record<GuardedKind, string>

/**
 * How many more people a directory may take something from, of an hour that slides in steps of five
 * minutes. Undefined: an administrator lets everything pass for now.
 *
 * @param users how many the directory has
 */
export function roomOf(
  guard: Guard,
  counts: GuardCounts,
  { kind, users, nowMs }: { kind: GuardedKind; users: number; nowMs: number },
): Room | undefined {
  if (guard.liftedUntil !== undefined && guard.liftedUntil > toSeconds(nowMs)) return undefined
  const now = bucketAt(nowMs)
  const counted = Object.entries(counts[kind]).map(
    ([name, count]) => [Number(name), count] as const,
  )
  const earlier = counted.filter(([bucket]) => bucket > now - BUCKETS && bucket < now)
  const taken = earlier.reduce((sum, [, count]) => sum + count, 0)
  const most = Math.max(guard.atLeast, Math.floor((users * guard.share) / 100))
  return {
    bucket: nameOf(kind, now),
    room: Math.max(most - taken, 0),
    over: overBy(counts, now),
  }
}

/** A directory as it is where an administrator does something, whom no guard stops. */
export const unguarded = (directory: Directory): Directory => ({
  ...directory,
  guard: { ...directory.guard, liftedUntil: Number.POSITIVE_INFINITY },
})

/** Names of buckets of both kinds that nobody counts any more. */
const overBy = (counts: GuardCounts, now: number) =>
  (['deactivated', 'removed'] as const).flatMap((kind) =>
    Object.keys(counts[kind])
      .map(Number)
      .filter((bucket) => bucket <= now - BUCKETS)
      .map((bucket) => nameOf(kind, bucket)),
  )

const bucketAt = (ms: number) => Math.floor(ms / BUCKET_MS)

const nameOf = (kind: GuardedKind, bucket: number) => `${prefixes[kind]}${bucket}`

/** Counts by the names of their buckets, as they are stored. */
export function guardCountsOf(buckets: Readonly<Record<string, unknown>>): GuardCounts {
  const of = (kind: GuardedKind) =>
    Object.fromEntries(
      Object.entries(buckets).flatMap(([name, count]) =>
        name.startsWith(prefixes[kind]) && /^\d+$/.test(name.slice(1)) && typeof count === 'number'
          ? [[name.slice(1), count]]
          : [],
      ),
    )
  return { deactivated: of('deactivated'), removed: of('removed') }
}
