import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundleFunction, bundleSize, functionNames } from '#infra/bundle.ts'

type Metafile = Awaited<ReturnType<typeof bundleFunction>>

const project = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bundle-'))
const metafiles = new Map<string, Metafile>()

before(async () => {
  for (const fn of functionNames()) {
    metafiles.set(fn, await bundleFunction(fn, relative(project, folder)))
  }
})
after(() => rmSync(folder, { recursive: true, force: true }))

const metafileOf = (fn: string) => metafiles.get(fn) ?? assert.fail(`no bundle ${fn}`)
/** Packages whose code is in a bundle. */
const packagesIn = (fn: string) =>
  new Set(
    Object.keys(metafileOf(fn).inputs).flatMap(
      (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
    ),
  )

const xmlLibraries = ['samlify', '@xmldom/xmldom', 'xpath', 'xml-crypto', 'xml']

describe('the bundle of', () => {
  for (const fn of functionNames()) {
    test(`${fn} is small`, () => {
      const size = bundleSize(metafileOf(fn))
      assert.ok(size > 10_000, `${size} bytes cannot be all of it`)
      if (fn === 'saml-metadata') return // carries samlify
      assert.ok(size <= (fn === 'saml-acs' ? 260_000 : 250_000), `${size} bytes`)
    })

    test(`${fn} holds an XML library only if it shows metadata`, () => {
      const found = xmlLibraries.filter((name) => packagesIn(fn).has(name))
      if (fn === 'saml-metadata') assert.ok(found.includes('samlify'))
      else assert.deepEqual(found, [])
    })

    test(`${fn} reads credentials from the environment, and looks nowhere else`, () => {
      const chain = [...packagesIn(fn)].filter((name) => name.includes('credential-provider'))
      assert.deepEqual(chain, [])
    })

    test(`${fn} imports no builtin as a module, which would load all of undici`, () => {
      const code = readFileSync(join(folder, fn, 'index.mjs'), 'utf8')
      assert.doesNotMatch(code, /\bfrom\s*"node:|\bimport\s*"node:|\brequire\("node:/)
      assert.match(code, /process\.getBuiltinModule\("node:/)
    })

    test(`${fn} holds no code of tests, of the local stack or of infra/`, () => {
      const own = Object.keys(metafileOf(fn).inputs).filter(
        (file) => !/node_modules|^builtin:/.test(file),
      )
      assert.ok(own.includes(`functions/${fn}/handler.ts`))
      for (const file of own) assert.match(file, new RegExp(`^(?:shared/|functions/${fn}/)`))
    })
  }
})
