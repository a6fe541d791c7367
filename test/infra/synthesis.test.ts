import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { synthesize } from '#local/template/synthesize.ts'
import { synthesisFolder } from './synthesis.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Every file of a synthesis by its relative name. */
const filesOf = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(folder.length), readFileSync(file, 'utf8')]),
  )

describe('a synthesis', () => {
  test('gives the same bytes every time, so that a deployment without a change changes nothing', async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-again-'))
    const [first, second] = [await synthesisFolder(), await synthesize(folder.path)].map(filesOf)
    assert.ok(first && second)
    assert.deepEqual([...second.keys()], [...first.keys()])
    for (const [name, text] of first) assert.ok(second.get(name) === text, `${name} differs`)
  })

  test('deploys nothing that tells where it was made', async () => {
    const deployed = [...filesOf(await synthesisFolder())].filter(([name]) =>
      /\.template\.json$|^.asset\./.test(name),
    )
    assert.ok(deployed.some(([name]) => name.endsWith('.mjs.map')))
    assert.ok(deployed.some(([name]) => name.endsWith('.template.json')))
    for (const [name, text] of deployed) {
      assert.ok(!text.includes(project.replace(/\/$/, '')), `${name} holds the project's path`)
      assert.ok(!text.includes('file://'), `${name} holds a file URL`)
    }
  })

  test('maps bundles to relative sources, without their text', async () => {
    const maps = [...filesOf(await synthesisFolder())].filter(([name]) => name.endsWith('.map'))
    assert.ok(maps.length > 0)
    for (const [, text] of maps) {
      const { sources, sourcesContent } = JSON.parse(text) as {
        sources: string[]
        sourcesContent?: unknown
      }
      assert.equal(sourcesContent, undefined)
      for (const source of sources) assert.match(source, /^(?:\.\.\/|builtin:)/)
    }
  })

  test('names no account and no region', async () => {
    for (const [name, text] of filesOf(await synthesisFolder())) {
      if (!name.endsWith('.template.json')) continue
      assert.doesNotMatch(text, /\b\d{12}\b/, name)
      assert.doesNotMatch(text, /\b(?:us|eu|ap|sa|ca|me|af)-[a-z]+-\d\b/, name)
    }
  })

  test('is of four stacks, with room in each: one can have 500 resources', async () => {
    const templates = [...filesOf(await synthesisFolder())].filter(([name]) =>
      name.endsWith('.template.json'),
    )
    assert.equal(templates.length, 4)
    for (const [name, text] of templates) {
      const { Resources } = JSON.parse(text) as { Resources: object }
      const count = Object.keys(Resources).length
      assert.ok(count <= 400, `${name}: ${count} resources`)
    }
  })
})
