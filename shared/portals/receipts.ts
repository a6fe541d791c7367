import type { ReceiptId, SsoTokenId } from '../ids.ts'
import type { Receipt } from './types.ts'

/** How long it is remembered what became of a login token: as long as traces. */
export const RECEIPT_SECONDS = 30 * 24 * 3600

/** The newest receipts of a time, and whether they are all of it. */
export type Recent = { receipts: readonly Receipt[]; isComplete: boolean }

export type ReceiptReader = {
  /** Newest first, from a place on: the last one of the page before. */
  page(
    ssoTokenId: SsoTokenId,
    page: { nowMs: number; limit: number; after: ReceiptId | undefined },
  ): Promise<{ receipts: readonly Receipt[]; next?: ReceiptId }>
  /** Newest first, so many at most; both ends are epoch milliseconds, and included. */
  recent(
    ssoTokenId: SsoTokenId,
    time: { fromMs: number; toMs: number; most: number },
  ): Promise<Recent>
}
