import * as v from 'valibot'
import { isIdpId, isTraceId } from '#shared/ids.ts'

const LIMIT = { default: 50, most: 100 } as const

/** `?outcome=`, `?idp=`, `?limit=` and `?cursor=` of the list; all may be left out. */
export const ListQuery = v.strictObject({
  outcome: v.exactOptional(v.picklist(['succeeded', 'refused', 'restarted'])),
  idp: v.exactOptional(v.pipe(v.string(), v.guard(isIdpId))),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}$/),
      v.transform(Number),
      v.minValue(1),
      v.maxValue(LIMIT.most),
    ),
    String(LIMIT.default),
  ),
  cursor: v.exactOptional(v.pipe(v.string(), v.guard(isTraceId))),
})
