import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { TraceId } from '../ids.ts'
import type { PortalLogin } from '../portals/types.ts'
import { toSeconds } from '../time.ts'
import type { PortalTraceKind } from '../trace/stage.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { putNew, update } from './item-writes.ts'
import { traceItem } from './trace-store.ts'

/** A write that only one of any number of callers can do. */
export const orSpent = (write: TransactWriteItem): GuardedWrite<'spent'> => ({
  write,
  onFailure: () => 'spent',
})

/** The trace of a sign-in by a portal, which carries its event; its id is new. */
export function signInWrite(
  directory: string,
  { orgId, ssoTokenId, userId, product }: PortalLogin,
  { traceId, nowMs, kind }: { traceId: TraceId; nowMs: number; kind: PortalTraceKind },
): TransactWriteItem {
  const at = toSeconds(nowMs)
  const trace = { id: traceId, kind, at, orgId, ssoTokenId }
  return putNew(directory, {
    ...traceItem({ ...trace, userId, product, outcome: 'succeeded' }),
    evt: evt('latchkey.sign-in.succeeded.v1', at, `sso-token:${ssoTokenId}`),
  })
}

/** What happened to a login token, for its receipt, which was there before the token was told. */
export const receiptWrite = (
  directory: string,
  { ssoTokenId, receiptId }: PortalLogin,
  set: { arrivedAtMs: number } | { redeemedAtMs: number },
): TransactWriteItem => ({
  Update: update(directory, {
    key: directoryKeys.receipt(ssoTokenId, receiptId),
    set,
    condition: 'attribute_exists(#pk)',
    values: {},
  }),
})
