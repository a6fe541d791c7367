import { type GroupId, isGroupId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '../calls.ts'
import { type Projection, readProjection } from '../documents/projection.ts'
import { readDocument } from '../documents/read-document.ts'
import type { ScimError } from '../errors.ts'
import { urlParameters } from '../lists/list-query.ts'
import { patchGroup as patchDocument } from '../patch/patch-group.ts'
import type { FoundGroup } from '../ports.ts'
import { groupType } from '../schemas/group.ts'
import type { Document, Member, MemberId, ScimGroup } from '../types.ts'
import { changeScimGroup, type Revise } from './change-group.ts'
import { createScimGroup } from './create-group.ts'
import { memberOf, membersOf } from './named-members.ts'
import type { GroupPorts } from './ports.ts'
import { removeScimGroup } from './remove-group.ts'
import { showGroup } from './show-groups.ts'
import { unknownGroup } from './write-errors.ts'

type Creating = { document: Document; members: readonly Member[]; projection: Projection }

/** `POST /Groups` (RFC 7644 §3.3). */
export const postGroup = (ports: GroupPorts): ScimRoute<Creating> => ({
  isCreate: true,
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const read = documentOf(call)
    if (!read.ok) return read
    const { document, members = [] } = read.value
    return ok({ document, members: membersOf(members), projection: projection.value })
  },
  act: async (caller, call, { projection, ...creating }) => {
    const created = await createScimGroup(ports.groups, { caller, act: call.scimAct, ...creating })
    if (!created.ok) return created
    const { group, members } = created.value
    return shown(call, group, { status: 201, projection, members })
  },
})

/** `PUT /Groups/{id}`: what is not said is unassigned, members too (RFC 7644 §3.5.1). */
export const putGroup = (ports: GroupPorts) =>
  changing(ports, async (call) => {
    const read = documentOf(call)
    if (!read.ok) return read
    const { document, members: replace = [] } = read.value
    const members = { replace, add: [], remove: [], removeWhere: [] }
    return ok({ revise: () => ok({ document, members }), named: [], status: 200 })
  })

/**
 * `PATCH /Groups/{id}`: answers nothing, as Entra ID wants it, unless it is asked to (RFC 7644
 * §3.5.2).
 */
export const patchGroup = (ports: GroupPorts) =>
  changing(ports, async (call) => {
    const body = call.body()
    if (!body.ok) return body
    const revise: Revise = (document) => patchDocument(document, body.value)
    const { attributes, excludedAttributes } = urlParameters(call.query)
    const isAsked = attributes !== undefined || excludedAttributes !== undefined
    return ok({ revise, named: namedBy(revise), status: isAsked ? 200 : 204 })
  })

/** Members that a PATCH names: they are looked up with the group, before its document is known. */
function namedBy(revise: Revise): MemberId[] {
  const guessed = revise({ displayName: 'any' })
  if (!guessed.ok || guessed.value.members.replace) return []
  const { add, remove } = guessed.value.members
  return [...add.map(({ value }) => value), ...remove].flatMap((id) => memberOf(id)?.id ?? [])
}

type Wanted = { revise: Revise; named: readonly MemberId[]; status: 200 | 204 }
type ReadChange = Wanted & { found: FoundGroup | undefined; projection: Projection }

const changing = (
  ports: GroupPorts,
  read: (call: ScimCall) => Promise<Result<Wanted, ScimError>>,
): ScimRoute<ReadChange> => ({
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const id = idOf(call)
    if (!id.ok) return id
    const wanted = await read(call)
    if (!wanted.ok) return wanted
    const found = await ports.groups.find(call.directory, id.value, wanted.value.named)
    return ok({ ...wanted.value, found, projection: projection.value })
  },
  act: async (caller, call, { projection, ...wanted }) => {
    const changed = await changeScimGroup(ports, { caller, call, act: call.scimAct, ...wanted })
    if (!changed.ok) return changed
    const { group, members } = changed.value
    if (wanted.status === 204) return ok({ status: 204, version: group.version })
    const areAsked = projection.has('members')
    const all = areAsked ? (members ?? (await ports.groups.members(call.directory, group.id))) : []
    return shown(call, group, { status: 200, projection, members: all })
  },
})

/** `DELETE /Groups/{id}` (RFC 7644 §3.6). */
export const deleteGroup = (ports: GroupPorts): ScimRoute<{ found: FoundGroup | undefined }> => ({
  read: async (call) => {
    const id = idOf(call)
    if (!id.ok) return id
    return ok({ found: await ports.groups.find(call.directory, id.value) })
  },
  act: async (caller, call, { found }) => {
    const removed = await removeScimGroup(ports, { caller, call, act: call.scimAct, found })
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

export const idOf = ({ id = '' }: ScimCall): Result<GroupId, ScimError> =>
  isGroupId(id) ? ok(id) : fail(unknownGroup)

export const projectionOf = ({ query }: ScimCall) => readProjection(groupType, urlParameters(query))

function documentOf(call: ScimCall) {
  const body = call.body()
  return body.ok ? readDocument(groupType, body.value) : body
}

type Answering = { status: 200 | 201; projection: Projection; members: readonly Member[] }

function shown(
  { baseUrl }: ScimCall,
  group: ScimGroup,
  { status, projection, members }: Answering,
): ScimAnswer {
  return ok({
    status,
    resource: showGroup(group, { projection, baseUrl }, members),
    version: group.version,
    ...(status === 201 && { location: `${baseUrl}/Groups/${group.id}` }),
  })
}
