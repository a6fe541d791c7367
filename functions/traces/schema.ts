import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { isIdpId, isSsoTokenId, isTraceId } from '#shared/ids.ts'

/** `?outcome=`, `?idp=`, `?ssoToken=`, `?limit=` and `?cursor=` of the list; all may be left out. */
export const ListQuery = v.strictObject({
  ...paging(isTraceId),
  outcome: v.exactOptional(v.picklist(['succeeded', 'refused', 'restarted'])),
  idp: v.exactOptional(v.pipe(v.string(), v.guard(isIdpId))),
  ssoToken: v.exactOptional(v.pipe(v.string(), v.guard(isSsoTokenId))),
})
