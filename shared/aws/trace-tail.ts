import type { OrgId, TraceId } from '../ids.ts'
import type { TraceTail } from '../trace/tail.ts'
import * as directoryKeys from './directory-keys.ts'
import { queryPage } from './query.ts'
import { traceOf } from './trace-reader.ts'

/** Traces in the order in which they came. */
export const dynamoTraceTail = (directory: string): TraceTail => ({
  async after(orgId, id, limit) {
    const lists = await Promise.all(
      partitionsOf(orgId).map((pk) => queryPage(directory, { pk, after: id, limit })),
    )
    const traces = lists
      .flatMap(({ items }) => items.map(traceOf))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, limit)
    const last = traces.at(-1)?.id
    const hasMore = lists.some(({ items, next }) => next !== undefined || isBehind(items, last))
    return { traces, ...(last !== undefined && hasMore && { next: last }) }
  },
})

const isBehind = (items: readonly { sk: string }[], last: TraceId | undefined) =>
  last !== undefined && items.some(({ sk }) => sk > last)

const anyId: TraceId = 'trc_'

function partitionsOf(orgId: OrgId | undefined): string[] {
  if (orgId !== undefined) {
    return [directoryKeys.trace(orgId, anyId).pk, directoryKeys.unvouchedTrace(orgId, anyId).pk]
  }
  return [...'0123456789abcdef'].map((digit) => directoryKeys.trace(undefined, `trc_${digit}`).pk)
}
