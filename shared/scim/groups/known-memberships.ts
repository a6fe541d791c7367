import type { DirectoryId, GroupId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { type ScimError, tooMany } from '../errors.ts'
import type { ScimGroupStore } from '../ports.ts'
import type { IndexKey, Member } from '../types.ts'
import { memberOf } from './named-members.ts'

type Ids = Awaited<ReturnType<ScimGroupStore['idsBy']>>

/** Of the members that are looked for, those that a group has. */
export type Members = (id: GroupId) => readonly Member[]

/**
 * Which groups somebody is in, asked once in a search: what has led to the groups decides the filter
 * on them, too.
 */
export function knownMemberships(
  groups: Pick<ScimGroupStore, 'idsBy' | 'membersAmong'>,
  directory: DirectoryId,
) {
  const known = new Map<string, Promise<Ids>>()

  function idsBy(of: DirectoryId, key: IndexKey): Promise<Ids> {
    if (key.by !== 'member') return groups.idsBy(of, key)
    const ids = known.get(key.value) ?? groups.idsBy(of, key)
    known.set(key.value, ids)
    return ids
  }

  /** Of the members that a filter names, those that each of these groups has. */
  async function among(
    ids: readonly GroupId[],
    needed: ReadonlySet<string>,
  ): Promise<Result<Members, ScimError>> {
    const named = [...needed].flatMap((value) => memberOf(value) ?? [])
    const [only] = ids
    if (named.length === 0 || !only) return ok(() => [])
    if (ids.length === 1 && !named.every(({ id }) => known.has(id))) {
      const wanted = named.map(({ id }) => id)
      const members = await groups.membersAmong(directory, only, wanted)
      return ok(() => members)
    }
    const found = await Promise.all(
      named.map(async (member) => {
        const { ids: all, isAll } = await idsBy(directory, { by: 'member', value: member.id })
        return { member, groups: new Set(all), isAll }
      }),
    )
    if (found.some(({ isAll }) => !isAll)) {
      return fail(tooMany('A member that the filter names is in too many groups'))
    }
    return ok((id) => found.flatMap((one) => (one.groups.has(id) ? [one.member] : [])))
  }

  return { idsBy, among }
}
