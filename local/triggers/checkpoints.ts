import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as v from 'valibot'

/** The sequence number of the last record that is done with, by shard id. */
type ShardPositions = Record<string, string>

/** Where a stream trigger remembers how far it has come. */
export type Checkpoints = {
  load(): Promise<ShardPositions>
  save(positions: ShardPositions): Promise<void>
}

/** Checkpoints that end with the process. */
export function memoryCheckpoints(): Checkpoints {
  let saved: ShardPositions = {}
  return {
    load: async () => ({ ...saved }),
    async save(positions) {
      saved = { ...positions }
    },
  }
}

const Positions = v.record(v.string(), v.string())

/** Checkpoints in a file, which a crash leaves either old or new: it is replaced, never rewritten. */
export function fileCheckpoints(path: string): Checkpoints {
  return {
    async load() {
      try {
        return v.parse(Positions, JSON.parse(await readFile(path, 'utf8')))
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {}
        throw new Error(`Cannot read the checkpoints in ${path}`, { cause })
      }
    },
    async save(positions) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.next`, JSON.stringify(positions))
      await rename(`${path}.next`, path)
    },
  }
}
