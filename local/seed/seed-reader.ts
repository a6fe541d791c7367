import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as v from 'valibot'
import { fail, ok, type Result } from '#shared/result.ts'
import { inconsistencies } from './seed-consistency.ts'
import { type Seed, SeedFile } from './seed-file.ts'
import { type SeedProblem, seedProblem } from './seed-problem.ts'

/** Reads a seed file, and the metadata files that it names into it. */
export function readSeedFile(path: string): Result<Seed, readonly SeedProblem[]> {
  let content: unknown
  try {
    content = JSON.parse(readText(path))
  } catch (error) {
    return fail([seedProblem([], `cannot be read: ${messageOf(error)}`)])
  }
  return readSeed(content, dirname(resolve(path)))
}

/** @param folder the one that `metadataFile` is relative to */
export function readSeed(content: unknown, folder: string): Result<Seed, readonly SeedProblem[]> {
  const parsed = v.safeParse(SeedFile, content)
  if (!parsed.success) return fail(parsed.issues.map(problemOf))
  const seed = parsed.output
  const problems = [...inconsistencies(seed), ...inlineMetadataFiles(seed, folder)]
  return problems.length > 0 ? fail(problems) : ok(seed)
}

function problemOf(issue: v.BaseIssue<unknown>): SeedProblem {
  const path = (issue.path ?? []).map(({ key }) => key as string | number) // of JSON, no others
  if (issue.type !== 'strict_object' || !issue.path) return seedProblem(path, issue.message)
  const isUnknown = issue.expected === 'never'
  return seedProblem(path, isUnknown ? 'is no property of a seed file' : 'is missing')
}

/** Their content belongs to the seed: another content makes it another seed. */
function inlineMetadataFiles({ organizations }: Seed, folder: string): readonly SeedProblem[] {
  const problems: SeedProblem[] = []
  for (const [o, { identityProviders }] of organizations.entries()) {
    for (const [i, provider] of identityProviders.entries()) {
      if (provider.metadataFile === undefined) continue
      try {
        provider.metadata = readText(resolve(folder, provider.metadataFile))
        delete provider.metadataFile
      } catch (error) {
        const path = ['organizations', o, 'identityProviders', i, 'metadataFile']
        problems.push(seedProblem(path, messageOf(error)))
      }
    }
  }
  return problems
}

const readText = (path: string) =>
  new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
