import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AlertStore } from '../portals/alerts.ts'
import type { PortalCause } from '../portals/errors.ts'
import type { RefusalStore, RefusedPortal } from '../portals/ports.ts'
import { RECEIPT_SECONDS } from '../portals/receipts.ts'
import { portalRefusalTrace } from '../portals/refusal-trace.ts'
import type { AlertKind } from '../portals/types.ts'
import { toSeconds } from '../time.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { update } from './item-writes.ts'
import { dynamoTraces } from './trace-store.ts'

/** What only happens where somebody has a login token that they should not have. */
const alertOf: Partial<Record<PortalCause, AlertKind>> = {
  token_used: 'replay',
  host_mismatch: 'other_host',
}

/** Keeps what was refused: as a trace, in the receipts of the SSO token, and as an alert. */
export const portalRefusalWrites = (directory: string, alerts: AlertStore): RefusalStore => ({
  async record(refused, at) {
    // What fails must not end the others: an environment sleeps once the answer is out.
    const outcomes = await Promise.allSettled([
      dynamoTraces(directory).record(portalRefusalTrace(refused, at)),
      noteInReceipt(directory, refused, at.nowMs),
      alert(alerts, refused, at),
    ])
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw new Error('a refusal was not kept whole', { cause: failed.reason })
  },
})

const proved = { keyOf: directoryKeys.receipt, seconds: RECEIPT_SECONDS }
/** Nobody reads them: they are there for the time that they take. */
const unproved = { keyOf: directoryKeys.unprovedReceipt, seconds: 3600 }

async function noteInReceipt(
  directory: string,
  { receiptId, orgId, userId, product, cause, kind, ...of }: RefusedPortal,
  nowMs: number,
) {
  const ssoTokenId = of.ssoTokenId ?? of.unprovedId
  if (!ssoTokenId || !receiptId) return
  const place = of.ssoTokenId ? proved : unproved
  const known = { ssoTokenId, receiptId, orgId, userId, product }
  const change = update(directory, {
    key: place.keyOf(ssoTokenId, receiptId),
    set: { ...known, lastCause: cause, expiresAt: toSeconds(nowMs) + place.seconds },
    // It was kept beside reading the person, and nobody has got it.
    remove: kind === 'portal-issue' ? ['issuedAtMs'] : [],
    increment: 'refusals',
    // Whatever is there: of what was refused at once there is no receipt yet.
    condition: 'attribute_not_exists(#pk) OR attribute_exists(#pk)',
    values: {},
  })
  await dynamo.send(new UpdateItemCommand(change))
}

async function alert(
  alerts: AlertStore,
  { cause, orgId, ssoTokenId }: RefusedPortal,
  { traceId, nowMs }: Parameters<RefusalStore['record']>[1],
) {
  const kind = alertOf[cause]
  if (!kind || !orgId || !ssoTokenId) return
  const actor = `sso-token:${ssoTokenId}`
  await alerts.raise({ orgId, id: ssoTokenId }, kind, { at: toSeconds(nowMs), traceId, actor })
}
