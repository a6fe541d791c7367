import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'

/** What is used of web-tree-sitter. */
type SyntaxTree = { rootNode: { hasError: boolean; toString(): string } }
type TreeSitter = {
  Parser: (new () => { setLanguage(language: unknown): void; parse(text: string): SyntaxTree }) & {
    init(): Promise<void>
  }
  Language: { load(file: string): Promise<unknown> }
}

const require = createRequire(import.meta.url)
const { Parser, Language } = require('@vscode/tree-sitter-wasm') as TreeSitter
const grammar = require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm')
const read = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../clients/aspnet', name), 'utf8')

/** Where a .NET SDK is present, test/interop/clients/aspnet.test.ts runs them. */
describe('clients/aspnet', () => {
  let parse: (text: string) => SyntaxTree['rootNode']
  before(async () => {
    await Parser.init()
    const parser = new Parser()
    parser.setLanguage(await Language.load(grammar))
    parse = (text) => parser.parse(text).rootNode
  })

  for (const name of [
    'LatchkeyRedirect.cs',
    'Program.cs',
    '../../test/interop/clients/aspnet/Program.cs',
  ]) {
    test(`is C# without an error: ${name}`, () => {
      const tree = parse(read(name))
      assert.ok(!tree.hasError, tree.toString())
      const lines = read(name).split('\n')
      const ends = lines.flatMap((line, index) => (/[;}]\s*$/.test(line) ? [index] : []))
      for (const index of ends) {
        const broken = lines.with(index, String(lines[index]).replace(/[;}]\s*$/, '')).join('\n')
        assert.ok(parse(broken).hasError, `line ${index + 1} without its end`)
      }
    })
  }
})
