import * as v from 'valibot'
import { isDomainName } from '#shared/domains/judge-name.ts'
import { paging } from '#shared/http/paging.ts'

export const ListQuery = v.strictObject(paging(isDomainName))

/** In any case, with a dot at its end, or in the letters of its language. */
export const ClaimBody = v.strictObject({
  domain: v.pipe(v.string(), v.minLength(1), v.maxLength(512)),
})

/** Both, unless one is named. */
export const CheckBody = v.strictObject({
  method: v.exactOptional(v.picklist(['dns', 'file'])),
})

export const ReleaseQuery = v.strictObject({
  /** The domain, where it is verified. */
  confirm: v.exactOptional(v.pipe(v.string(), v.maxLength(512))),
  handOver: v.exactOptional(v.picklist(['true', 'false'])),
})
