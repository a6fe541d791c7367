import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isChangeId } from '#shared/ids.ts'
import type { EmptyStep } from '#shared/scim/directories/empty-directory.ts'
import type { LoggedEntry } from '#shared/scim/undo/ports.ts'
import type { UndoStep } from '#shared/scim/undo/undo-window.ts'

const moment = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => Date.parse(text)),
)

/** `?from=` and `?to=`, both included, `?limit=` and `?cursor=`; all may be left out. */
export const LogQuery = v.strictObject({
  from: v.exactOptional(moment),
  to: v.exactOptional(moment),
  ...paging(isChangeId),
})

export const Undo = v.strictObject({
  from: moment,
  /** Default: now. */
  to: v.exactOptional(moment),
  /** What the call before answered as next. */
  cursor: v.exactOptional(v.pipe(v.string(), v.guard(isChangeId))),
  /** Whether to say what would become of it, and to leave all as it is. */
  dryRun: v.optional(v.boolean(), false),
})

export const Empty = v.strictObject({
  /** The name of the directory. */
  confirm: v.string(),
  /** What becomes of the users of the organization whom it provisions. */
  people: v.picklist(['keep', 'delete']),
})

const resource = v.strictObject({ type: v.picklist(['User', 'Group']), id: v.string() })
const text = v.exactOptional(v.string())

/** When it was, and whose it is: of a token of the directory, or of an administrator. */
const whoseEntry = {
  id: id('chg'),
  at: time,
  requestId: v.string(),
  token: v.exactOptional(id('sct')),
  actor: text,
} as const

/** A request as the log shows it: of what it says of people, nothing. */
const ShownRequest = v.strictObject({
  ...whoseEntry,
  method: v.string(),
  path: v.string(),
  status: v.number(),
  scimType: text,
  body: text,
  resource: v.exactOptional(resource),
})

export const RequestList = v.strictObject({ requests: v.array(ShownRequest), next })

const Document = v.looseObject({})

const ShownChange = v.strictObject({
  ...whoseEntry,
  resource,
  /** Absent: there was none, or only members came or went. */
  before: v.exactOptional(Document),
  after: v.exactOptional(Document),
  membersAdded: v.array(v.string()),
  membersRemoved: v.array(v.string()),
})

export const ChangeList = v.strictObject({ changes: v.array(ShownChange), next })

export const Undone = v.strictObject({
  /** Resources that are again, or would be, what they were. */
  undone: v.number(),
  /** Resources that are so already. */
  unchanged: v.number(),
  /** Resources that are left as they are. */
  skipped: v.array(
    v.strictObject({
      resource,
      cause: v.picklist(['changed_since', 'refused']),
      detail: text,
    }),
  ),
  /** Until nothing is left, the call must be repeated with both, and with the same `from`. */
  done: v.boolean(),
  to: time,
  next,
})

export const Emptied = v.strictObject({
  /** Removed by this call. */
  users: v.number(),
  groups: v.number(),
  /** Those that cannot be removed, and why; another call tries them again. */
  left: v.array(v.strictObject({ resource, detail: v.string() })),
  /** Whether all have been looked at: until then, the call must be repeated. */
  done: v.boolean(),
})

const at = (milliseconds: number) => new Date(milliseconds).toISOString()

const whose = ({ id, atMs, requestId, tokenId, actor }: LoggedEntry) => ({
  ...{ id, at: at(atMs), requestId },
  ...(tokenId && { token: tokenId }),
  ...(actor !== undefined && tokenId === undefined && { actor }),
})

export function shownRequest(entry: LoggedEntry) {
  const { method, path, status, scimType, body, change } = entry
  return {
    ...whose(entry),
    ...{ method, path, status },
    ...(scimType && { scimType }),
    ...(body !== undefined && { body }),
    ...(change && { resource: { type: change.type, id: change.id } }),
  }
}

export function shownChange(entry: LoggedEntry) {
  if (!entry.change) return []
  const { type, id, before, after, added, removed } = entry.change
  return [
    {
      ...whose(entry),
      resource: { type, id },
      ...(before && { before }),
      ...(after && { after }),
      ...{ membersAdded: added, membersRemoved: removed },
    },
  ]
}

export const shownStep = ({ undone, same, skipped, next: place }: UndoStep, toMs: number) => ({
  ...{ undone, unchanged: same },
  skipped: skipped.map(({ type, id, cause, detail }) => ({
    resource: { type, id },
    cause,
    ...(detail !== undefined && { detail }),
  })),
  done: place === undefined,
  to: at(toMs),
  ...(place && { next: place }),
})

export const shownEmptying = ({ users, groups, left, isDone: done }: EmptyStep) => ({
  ...{ users, groups },
  left: left.map(({ type, id, detail }) => ({ resource: { type, id }, detail })),
  done,
})
