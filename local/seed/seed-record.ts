import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Seed } from './seed-file.ts'
import type { Plan } from './seed-plan.ts'

/** A seed that a data folder has been given. It holds credentials. */
export type RecordedSeed = {
  /** SHA-256 of the seed. */
  hash: string
  plan: Plan
  /** False while it is applied: a crash may have left part of it undone. */
  isApplied: boolean
}

export type SeedRecord = {
  find(hash: string): RecordedSeed | undefined
  all(): readonly RecordedSeed[]
  /** Adds it, or replaces the one with its hash. */
  save(seed: RecordedSeed): void
}

export const hashOf = (seed: Seed) =>
  createHash('sha256').update(JSON.stringify(seed)).digest('hex')

/** Remembers seeds in a file, or, for a stack that keeps nothing either, in memory. */
export function seedRecord(file?: string): SeedRecord {
  let seeds = file === undefined ? [] : read(file)
  return {
    find: (hash) => seeds.find((seed) => seed.hash === hash),
    all: () => seeds,
    save(seed) {
      seeds = [...seeds.filter(({ hash }) => hash !== seed.hash), seed]
      if (file !== undefined) write(file, seeds)
    },
  }
}

function read(file: string): readonly RecordedSeed[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RecordedSeed[] // our own file
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new Error(`${file} cannot be read: delete the data folder`, { cause: error })
  }
}

/** A crash leaves the old file or the new one. */
function write(file: string, seeds: readonly RecordedSeed[]) {
  writeFileSync(`${file}.new`, JSON.stringify(seeds, null, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
