import * as v from 'valibot'
import type { SetupLink } from '#shared/admin/setup-link.ts'
import { isoTime } from '#shared/time.ts'

export const Asked = v.strictObject({
  label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)),
  /** Whole days that it can be used. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(14)), 7),
})

export const output = ({ createdAt, expiresAt, ...link }: SetupLink) => ({
  ...link,
  createdAt: isoTime(createdAt),
  expiresAt: isoTime(expiresAt),
})
