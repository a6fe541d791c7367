import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One request of a connector, and what it needs of the answer. */
export type Step = {
  name: string
  method: string
  /** Below the base URL. */
  path: string
  headers?: Record<string, string>
  body?: unknown
  /** A kept answer that the body is laid over: a client that sends back what it read. */
  bodyFrom?: string
  expect: { status: number; body?: unknown }
  /** What later steps name by `{{…}}`, and where it stands in the answer; '' is all of it. */
  keep?: Record<string, string>
}

/** What one connector sends for one purpose. */
export type Fixture = {
  /** Folder and file. */
  id: string
  connector: string
  about: string
  /** Where the shape of the requests is documented or was seen. */
  sources: readonly string[]
  headers: Record<string, string>
  steps: readonly Step[]
}

const folder = fileURLToPath(new URL('../fixtures/scim', import.meta.url))

export const fixtures: readonly Fixture[] = globSync(`${folder}/*/*.json`)
  .toSorted()
  .map((file) => ({
    ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Fixture, 'id'>),
    id: `${relative(folder, dirname(file))}/${basename(file, '.json')}`,
  }))

/** What `{{…}}` stands for in a replay: of its own for each, so that replays do not meet. */
export const startOf = (base: string, domain: string): Map<string, unknown> =>
  new Map<string, unknown>([
    ['base', base],
    ['domain', domain],
    ['unique', randomUUID().slice(0, 8)],
    ...[1, 2, 3, 4, 9].map((n) => [`guid${n}`, randomUUID()] as const),
  ])

/** A text, list or object with what was kept in place of `{{…}}`. */
export function filled(value: unknown, kept: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return filledText(value, kept)
  if (Array.isArray(value)) return value.map((one) => filled(one, kept))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [filledText(name, kept), filled(one, kept)]),
  )
}

const filledText = (text: string, kept: ReadonlyMap<string, unknown>) =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!kept.has(name)) throw new Error(`nothing was kept as ${name}`)
    return String(kept.get(name))
  })

/** What stands at a path like `Resources.0.id`. */
export function at(value: unknown, path: string): unknown {
  if (path === '') return value
  return path
    .split('.')
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)
}
