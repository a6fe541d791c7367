import { newGroupId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import type { ScimGroupStore } from '../ports.ts'
import type { Document, Member, ScimAct, ScimCaller, ScimGroup } from '../types.ts'
import { writeErrors } from './write-errors.ts'

type Creation = {
  caller: ScimCaller
  document: Document
  members: readonly Member[]
  act: ScimAct
}

/** Makes a SCIM group, and answers it with those members that there are. Nothing is read for it. */
export async function createScimGroup(
  store: Pick<ScimGroupStore, 'create'>,
  { caller, document, members, act }: Creation,
): Promise<Result<{ group: ScimGroup; members: readonly Member[] }, ScimError>> {
  const group: ScimGroup = {
    ...{ id: newGroupId(), directoryId: caller.directory.id, document },
    ...{ version: 1, memberCount: 0, createdMs: act.nowMs, modifiedMs: act.nowMs },
  }
  const created = await store.create(group, members, act)
  if (!created.ok) return fail(writeErrors[created.error])
  const { group: made, members: present } = created.value
  return ok({ group: made, members: present })
}
