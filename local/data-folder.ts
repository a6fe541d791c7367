import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder that belongs to one process until it is released. */
export type DataFolder = { path: string; release: () => void }

/**
 * Takes a folder for this process. Two stacks on the same data would corrupt it, so a folder that a
 * living process has taken is an error; one that a crashed process has left is not.
 */
export function takeDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true })
  const lock = join(path, 'lock')
  const holder = holderOf(lock)
  if (holder && isAlive(holder)) {
    throw new Error(`Process ${holder} uses the data in ${path}: end it or choose another folder`)
  }
  writeFileSync(lock, String(process.pid))
  return { path, release: () => rmSync(lock, { force: true }) }
}

function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    return undefined
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
