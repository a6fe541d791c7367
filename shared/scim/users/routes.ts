import { isUserId, type UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimAnswer, ScimCall, ScimRoute } from '../calls.ts'
import { type Projection, readProjection } from '../documents/projection.ts'
import { readDocument } from '../documents/read-document.ts'
import type { ScimError } from '../errors.ts'
import { urlParameters } from '../lists/list-query.ts'
import { patchUser as patchDocument } from '../patch/patch-user.ts'
import type { FoundUser } from '../ports.ts'
import { userType } from '../schemas/user.ts'
import type { Document, ScimUser } from '../types.ts'
import { changeScimUser, unknownUser } from './change-user.ts'
import { createScimUser } from './create-user.ts'
import type { UserPorts } from './ports.ts'
import { removeScimUser } from './remove-user.ts'
import { readGroups, showUser } from './show-users.ts'

type Revise = (document: Document) => Result<Document, ScimError>

/** `POST /Users` (RFC 7644 §3.3). */
export const postUser = (
  ports: UserPorts,
): ScimRoute<{ document: Document; projection: Projection }> => ({
  isCreate: true,
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const document = documentOf(call)
    return document.ok ? ok({ document: document.value, projection: projection.value }) : document
  },
  act: async (caller, call, { document, projection }) => {
    const created = await createScimUser(ports, { caller, document, act: call.scimAct })
    return created.ok ? shown(ports, call, created.value, { projection, status: 201 }) : created
  },
})

/** `GET /Users/{id}` (RFC 7644 §3.4.1). */
export const getUser = (ports: UserPorts): ScimRoute<{ found: FoundUser; resource: object }> => ({
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const id = idOf(call)
    if (!id.ok) return id
    const [found, groups] = await Promise.all([
      ports.users.find(call.directory, id.value),
      readGroups(ports.users, call.directory, { ids: [id.value], projection: projection.value }),
    ])
    if (!found) return fail(unknownUser)
    const showing = { projection: projection.value, baseUrl: call.baseUrl }
    return ok({ found, resource: showUser(found.user, showing, groups) })
  },
  act: (_caller, _call, { found, resource }) =>
    Promise.resolve(ok({ status: 200, resource, version: found.user.version })),
})

/** `PUT /Users/{id}`: what is not said is unassigned (RFC 7644 §3.5.1). */
export const putUser = (ports: UserPorts) =>
  changing(ports, (call) => {
    const document = documentOf(call)
    return document.ok ? ok(() => document) : document
  })

/** `PATCH /Users/{id}` (RFC 7644 §3.5.2). */
export const patchUser = (ports: UserPorts) =>
  changing(ports, (call) => {
    const body = call.body()
    return body.ok ? ok((document) => patchDocument(document, body.value)) : body
  })

type ReadChange = { found: FoundUser | undefined; revise: Revise; projection: Projection }

const changing = (
  ports: UserPorts,
  read: (call: ScimCall) => Result<Revise, ScimError>,
): ScimRoute<ReadChange> => ({
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const id = idOf(call)
    if (!id.ok) return id
    const revise = read(call)
    if (!revise.ok) return revise
    const found = await ports.users.find(call.directory, id.value)
    return ok({ found, revise: revise.value, projection: projection.value })
  },
  act: async (caller, call, { found, revise, projection }) => {
    const changed = await changeScimUser(ports, { caller, call, act: call.scimAct, found, revise })
    return changed.ok ? shown(ports, call, changed.value, { projection, status: 200 }) : changed
  },
})

/** `DELETE /Users/{id}` (RFC 7644 §3.6). */
export const deleteUser = (
  ports: UserPorts,
): ScimRoute<{ id: UserId; found: FoundUser | undefined }> => ({
  read: async (call) => {
    const id = idOf(call)
    if (!id.ok) return id
    return ok({ id: id.value, found: await ports.users.find(call.directory, id.value) })
  },
  act: async (caller, call, { id, found }) => {
    const removed = await removeScimUser(ports, { caller, call, act: call.scimAct, id, found })
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

const idOf = ({ id = '' }: ScimCall): Result<UserId, ScimError> =>
  isUserId(id) ? ok(id) : fail(unknownUser)

const projectionOf = ({ query }: ScimCall) => readProjection(userType, urlParameters(query))

function documentOf(call: ScimCall): Result<Document, ScimError> {
  const body = call.body()
  const read = body.ok ? readDocument(userType, body.value) : body
  return read.ok ? ok(read.value.document) : read
}

/** The user as it is now. */
async function shown(
  { users }: UserPorts,
  { directory, baseUrl }: ScimCall,
  user: ScimUser,
  { projection, status }: { projection: Projection; status: 200 | 201 },
): Promise<ScimAnswer> {
  const groups = await readGroups(users, directory, { ids: [user.id], projection })
  return ok({
    status,
    resource: showUser(user, { projection, baseUrl }, groups),
    version: user.version,
    ...(status === 201 && { location: `${baseUrl}/Users/${user.id}` }),
  })
}
