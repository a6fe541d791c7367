import * as v from 'valibot'
import type { ListedApiKey } from '#shared/admin/manage-api-keys.ts'
import { isoTime } from '#shared/time.ts'

export const NewKey = v.strictObject({
  label: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)),
  role: v.picklist(['admin', 'reader']),
  /** Whole days that it can be used; absent: until it is revoked. */
  days: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
})

export const output = ({ createdAt, expiresAt, ...key }: ListedApiKey) => ({
  ...key,
  createdAt: isoTime(createdAt),
  ...(expiresAt !== undefined && { expiresAt: isoTime(expiresAt) }),
})
