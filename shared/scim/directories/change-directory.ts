import { isDeepStrictEqual } from 'node:util'
import type { DirectoryId, OrgId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { Act } from '../../users/ports.ts'
import type { Directory, Guard } from '../types.ts'
import type { DirectoryStore } from './ports.ts'

/** What an admin sets of a directory; what is absent stays. */
export type DirectorySettings = { name?: string; guard?: Partial<Pick<Guard, 'share' | 'atLeast'>> }

export type DirectoryTarget = {
  orgId: OrgId
  id: DirectoryId
  /** Revisions that the caller allows to be changed; undefined: any. */
  seen: readonly string[] | undefined
  act: Act
}

type Changed = Promise<Result<Directory, 'directory_unknown' | 'changed_meanwhile'>>

const MAX_ATTEMPTS = 4

export const changeDirectory = (
  store: DirectoryStore,
  target: DirectoryTarget,
  { name, guard }: DirectorySettings,
): Changed =>
  edit(store, target, (directory) => ({
    ...directory,
    ...(name !== undefined && { name }),
    guard: { ...directory.guard, ...guard },
  }))

/** Refuses all that its identity provider would change, until it is resumed. */
export const pauseDirectory = (
  store: DirectoryStore,
  target: DirectoryTarget,
  cause: 'admin' | 'guard' = 'admin',
): Changed =>
  edit(store, target, (directory) => {
    if (directory.state === 'paused') return directory
    const { actor: by, at } = target.act
    return { ...directory, state: 'paused', paused: { at, by, cause } }
  })

/**
 * Lets its identity provider change things again.
 *
 * @param liftedMinutes for so long the guard lets everything pass; undefined: it does not, also
 *   where it did before
 */
export const resumeDirectory = (
  store: DirectoryStore,
  target: DirectoryTarget,
  liftedMinutes: number | undefined,
): Changed =>
  edit(store, target, ({ paused: _, ...directory }) => {
    const { share, atLeast } = directory.guard
    const lifted = liftedMinutes !== undefined && {
      liftedUntil: target.act.at + liftedMinutes * 60,
    }
    return { ...directory, state: 'active', guard: { share, atLeast, ...lifted } }
  })

/** Where somebody else was faster it is read anew, unless the caller had named what it has seen. */
async function edit(
  store: DirectoryStore,
  { orgId, id, seen, act }: DirectoryTarget,
  change: (directory: Directory) => Directory,
): Changed {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await store.find(orgId, id)
    if (!before) return fail('directory_unknown')
    if (seen && !seen.includes(String(before.revision))) return fail('changed_meanwhile')
    const next = change(before)
    if (isDeepStrictEqual(next, before)) return ok(before)
    const error = await store.change(before, next, act)
    if (!error) return ok({ ...next, revision: before.revision + 1 })
  }
  return fail('changed_meanwhile')
}
