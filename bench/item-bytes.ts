import type { AttributeValue } from '@aws-sdk/client-dynamodb'

type Item = Record<string, AttributeValue>

/**
 * Bytes of an item as DynamoDB weighs it.
 *
 * Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export const itemBytes = (item: Item): number =>
  sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)))

function valueBytes({ S, N, B, SS, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return Math.ceil(N.replace(/[-.]/g, '').length / 2) + 1
  if (B) return B.byteLength
  if (SS) return sum(SS.map((text) => Buffer.byteLength(text)))
  if (L) return 3 + sum(L.map((value) => 1 + valueBytes(value)))
  if (M) return 3 + Object.keys(M).length + itemBytes(M)
  return 1 // a boolean, or null
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
