import * as v from 'valibot'
import { entityTag } from '#shared/http/preconditions.ts'
import { directoryId, time } from '#shared/http/wire.ts'
import type { ResourceCounts } from '#shared/scim/directories/ports.ts'
import type { ScimToken } from '#shared/scim/directories/types.ts'
import type { Directory } from '#shared/scim/types.ts'
import { isoTime } from '#shared/time.ts'

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))
const from = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

const guard = v.exactOptional(
  v.strictObject({
    /** Percent of its users. */
    share: v.exactOptional(from(1, 100)),
    /** So many are always allowed. */
    atLeast: v.exactOptional(from(1, 1_000_000)),
  }),
)

export const NewDirectory = v.strictObject({ name: text, guard })

/** A merge patch; nothing of a directory can be taken away. */
export const DirectoryPatch = v.strictObject({ name: v.exactOptional(text), guard })

export const Resuming = v.strictObject({
  /** For so long the guard lets everything pass. */
  liftGuardMinutes: v.exactOptional(from(1, 60)),
})

export const Confirmation = v.strictObject({
  /** The directory's name. */
  confirm: v.exactOptional(v.pipe(v.string(), v.maxLength(256))),
})

export const NewToken = v.strictObject({
  label: text,
  /** Whole days that it can be used; absent: until it is revoked. */
  days: v.exactOptional(from(1, 3650)),
})

const count = v.pipe(v.number(), v.integer())

export const ShownDirectory = v.strictObject({
  id: directoryId,
  name: v.string(),
  /** What the identity provider is told. */
  baseUrl: v.string(),
  state: v.picklist(['active', 'paused']),
  paused: v.exactOptional(
    v.strictObject({ at: time, by: v.string(), cause: v.picklist(['admin', 'guard']) }),
  ),
  guard: v.strictObject({ share: count, atLeast: count, liftedUntil: v.exactOptional(time) }),
  users: count,
  groups: count,
  createdAt: time,
})

export const ShownToken = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^sct_[0-9a-f]{32}$/)),
  label: v.string(),
  createdAt: time,
  createdBy: v.string(),
  expiresAt: v.exactOptional(time),
  /** Exact to some minutes; absent: it has never been used. */
  lastUsedAt: v.exactOptional(time),
})

type Setting = { publicUrl: string; now: number }

export function directoryOutput(
  { id, name, state, paused, guard: { liftedUntil = 0, ...guarding }, createdAt }: Directory,
  { users, groups }: ResourceCounts,
  { publicUrl, now }: Setting,
) {
  return {
    ...{ id, name, baseUrl: `${publicUrl}/scim/v2/${id}`, state },
    ...(paused && { paused: { ...paused, at: isoTime(paused.at) } }),
    guard: { ...guarding, ...(liftedUntil > now && { liftedUntil: isoTime(liftedUntil) }) },
    ...{ users, groups, createdAt: isoTime(createdAt) },
  }
}

/** Of the settings, not of what the directory holds. */
export const tagOf = ({ revision }: Directory) => ({ etag: entityTag(String(revision)) })

export const tokenOutput = (token: ScimToken) => ({
  ...{ id: token.id, label: token.label },
  ...{ createdAt: isoTime(token.createdAt), createdBy: token.createdBy },
  ...(token.expiresAt !== undefined && { expiresAt: isoTime(token.expiresAt) }),
  ...(token.lastUsedAt !== undefined && { lastUsedAt: isoTime(token.lastUsedAt) }),
})
