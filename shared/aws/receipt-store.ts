import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { OrgId, ReceiptId, SsoTokenId } from '../ids.ts'
import { RECEIPT_SECONDS, type ReceiptReader } from '../portals/receipts.ts'
import type { Receipt } from '../portals/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

/** Receipts of an SSO token by time, strongly consistent. What is older than it may be is not read. */
export const dynamoReceipts = (table: string): ReceiptReader => ({
  async page(ssoTokenId, { nowMs, limit, after }) {
    const fromMs = nowMs - RECEIPT_SECONDS * 1000
    // No place in the list: it ends before.
    if (after !== undefined && after < placeAt(fromMs)) return { receipts: [] }
    const { receipts, end } = await query(table, { ssoTokenId, fromMs, limit, after })
    return { receipts, ...(end !== undefined && { next: end }) }
  },

  async recent(ssoTokenId, { most, ...time }) {
    const receipts: Receipt[] = []
    let after: ReceiptId | undefined
    do {
      const limit = most + 1 - receipts.length
      const page = await query(table, { ssoTokenId, ...time, limit, after })
      receipts.push(...page.receipts)
      after = page.end
    } while (after !== undefined && receipts.length <= most)
    return { receipts: receipts.slice(0, most), isComplete: receipts.length <= most }
  },
})

type Wanted = {
  ssoTokenId: SsoTokenId
  fromMs: number
  /** Absent: the newest there is. */
  toMs?: number
  limit: number
  after: ReceiptId | undefined
}

/** The newest of a time, and where reading ended if there may be more. */
async function query(table: string, { ssoTokenId, fromMs, toMs, limit, after }: Wanted) {
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: toItem({
        ':pk': directoryKeys.receipt(ssoTokenId, 'rcp_').pk,
        ':from': placeAt(fromMs),
        // Behind all ids that begin with that millisecond.
        ':to': `${toMs === undefined ? 'rcp_' : placeAt(toMs)}g`,
      }),
      Limit: limit,
      ScanIndexForward: false,
      ConsistentRead: true,
      ...(after && { ExclusiveStartKey: toItem(directoryKeys.receipt(ssoTokenId, after)) }),
    }),
  )
  const end = LastEvaluatedKey && fromItem<{ sk: ReceiptId }>(LastEvaluatedKey).sk
  return { receipts: Items.map((item) => receiptOf(fromItem<StoredReceipt>(item))), end }
}

const placeAt = (ms: number) => `rcp_${Math.max(ms, 0).toString(16).padStart(12, '0')}`

type StoredReceipt = Omit<Receipt, 'id'> & {
  pk: string
  sk: string
  receiptId: ReceiptId
  orgId: OrgId
  expiresAt: number
}

function receiptOf(stored: StoredReceipt): Receipt {
  const { pk: _, sk: __, expiresAt: ___, receiptId: id, ...receipt } = stored
  return { id, ...receipt }
}
