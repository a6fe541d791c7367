import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Imports test files into this process, in the order of their names: they share what starts slowly. */
export async function importTests(pattern: string): Promise<void> {
  const files = globSync(pattern, { cwd: project }).toSorted()
  if (files.length === 0) throw new Error(`No test file is called ${pattern}`)
  for (const file of files) await import(join(project, file))
}
