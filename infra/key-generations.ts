import { existsSync, readFileSync } from 'node:fs'
import * as v from 'valibot'
import { KEY_FILE, KeyFile, type KeyName } from '#shared/operations/key-rotation.ts'

/**
 * Generations of a key: of context such as `-c samlSigningKeys=2,1`, else of the file that
 * `latchkey keys rotate` writes, else the first.
 *
 * @param folder where the file is
 */
export function keyGenerations(name: KeyName, context: unknown, folder: URL): readonly number[] {
  if (context === undefined) return fromFile(name, new URL(KEY_FILE, folder))
  const text = String(context)
  if (!/^[1-9]\d*(?:,[1-9]\d*)*$/.test(text)) throw new Error(`${name} is not like 1,2: ${text}`)
  return [...new Set(text.split(',').map(Number))]
}

function fromFile(name: KeyName, file: URL): readonly number[] {
  if (!existsSync(file)) return [1]
  const read = v.safeParse(KeyFile, JSON.parse(readFileSync(file, 'utf8')))
  if (!read.success) throw new Error(`${KEY_FILE} is malformed: ${v.summarize(read.issues)}`)
  return read.output[name]?.generations ?? [1]
}
