import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { IdpId, OrgId, TraceId } from '../ids.ts'
import type { Trace } from '../sign-in/ports.ts'
import type { TraceFilter, TraceReader } from '../trace/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'
import { identityProviderOf } from './entities.ts'

/** Items that a list looks at at most: a filter must not read all of an organization's traces. */
const EXAMINED = 500
/** Items of one query, so that a filter that seldom fits takes few queries. */
const PAGE = 100

type TraceItem = Omit<Trace, 'id'> & { traceId: TraceId }

/** Traces of an organization, by time: of what it is vouched for, and of what it is not. */
export const dynamoTraceReader = (directory: string): TraceReader => ({
  async list(orgId, filter, { limit, after }) {
    const asked = { filter, limit, after }
    const lists = await Promise.all(
      partitionsOf(orgId).map((pk) => readPartition(directory, pk, asked)),
    )
    // Behind the place where one of them ended, the others are not known to be complete.
    const ends = lists.flatMap(({ end }) => end ?? [])
    let complete = ''
    for (const end of ends) if (end > complete) complete = end
    const traces = lists
      .flatMap((list) => list.traces)
      .filter(({ id }) => id >= complete)
      .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    const shown = traces.slice(0, limit)
    const next = shown.length < traces.length ? shown.at(-1)?.id : ends.length > 0 ? complete : ''
    return { traces: shown, ...(next && { next: next as TraceId }) }
  },

  async find(orgId, id) {
    const [vouched, unvouched] = await readItems([
      { table: directory, key: directoryKeys.trace(orgId, id) },
      { table: directory, key: directoryKeys.unvouchedTrace(orgId, id) },
    ])
    const item = vouched ?? unvouched
    if (!item) return undefined
    const trace = traceOf(item)
    const kind = trace.idpId && (await kindOf(directory, trace.idpId))
    return { trace, ...(kind && { kind }) }
  },
})

const anyId: TraceId = 'trc_'
const partitionsOf = (orgId: OrgId) => [
  directoryKeys.trace(orgId, anyId).pk,
  directoryKeys.unvouchedTrace(orgId, anyId).pk,
]

async function kindOf(directory: string, idpId: IdpId) {
  const [item] = await readItems([{ table: directory, key: directoryKeys.idp(idpId) }])
  return identityProviderOf(item)?.kind
}

type Asked = { filter: TraceFilter; limit: number; after: TraceId | undefined }

/** The newest that fit, and where reading ended if there may be more. */
async function readPartition(directory: string, pk: string, { filter, limit, after }: Asked) {
  const { conditions, values } = filterOf(filter)
  const traces: Trace[] = []
  let end = after
  for (let examined = 0; examined < EXAMINED && traces.length < limit; examined += PAGE) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: directory,
        KeyConditionExpression: end === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :end',
        ...(conditions.length > 0 && { FilterExpression: conditions.join(' AND ') }),
        ExpressionAttributeValues: toItem({ ':pk': pk, ...(end && { ':end': end }), ...values }),
        ScanIndexForward: false,
        Limit: PAGE,
      }),
    )
    traces.push(...Items.map((item) => traceOf(fromItem(item))))
    if (!LastEvaluatedKey) return { traces, end: undefined }
    end = fromItem<{ sk: TraceId }>(LastEvaluatedKey).sk
  }
  return { traces, end }
}

function filterOf({ outcome, idpId, ssoTokenId }: TraceFilter) {
  return {
    conditions: [
      ...(outcome === undefined ? [] : ['outcome = :outcome']),
      ...(idpId === undefined ? [] : ['idpId = :idpId']),
      ...(ssoTokenId === undefined ? [] : ['ssoTokenId = :ssoTokenId']),
    ],
    values: {
      ...(outcome !== undefined && { ':outcome': outcome }),
      ...(idpId !== undefined && { ':idpId': idpId }),
      ...(ssoTokenId !== undefined && { ':ssoTokenId': ssoTokenId }),
    },
  }
}

/** As it was written; without what only storage knows of it. */
export function traceOf(item: object): Trace {
  const { pk: _, sk: __, evt: ___, expiresAt: ____, ...rest } = item as Record<string, unknown>
  const { traceId, ...trace } = rest as TraceItem
  return { ...trace, id: traceId }
}
