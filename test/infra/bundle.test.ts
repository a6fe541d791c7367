import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

/** In bytes; SAML needs its own core, and what issues certificates a library for DER. */
const limits: Record<string, number> = {
  invitations: 240_000, // users come with them; no sign-in waits for it
  'admin-sign-in': 245_000, // pages and mailed links beside the administration's chain
  domains: 240_000, // how it asks DNS and web servers, and its lists of names, wait until needed
  idps: 295_000, // reads metadata, holds guides and hints; no sign-in waits for it
  'mails-send': 295_000, // the client of SES; nobody waits for a mail as for an answer
  'operator-orgs': 246_000, // invites the first administrator
  'operator-doctor': 270_000, // the clients of tables, queues and keys; only operators wait
  'scim-access': 242_000, // rules and seats; nobody waits for it
  accounts: 245_000, // seats with all their transactions
  products: 245_000, // rules and what explains them
  // Rules, seats and what explains them; no sign-in waits for it.
  'group-rules': 258_000,
  'directory-log': 240_000, // two lists beside the administration's chain
  directories: 245_000, // tokens, beside the administration's chain
  'scim-groups': 290_000, // schemas, filters, PATCH and lists
  'scim-users': 290_000, // the same, and people
  'saml-acs': 262_000,
  'saml-login': 255_000,
  'saml-logout': 258_000,
  'saml-metadata': 350_000,
  'saml-slo': 271_000,
  users: 250_000, // sixteen calls; no sign-in waits for it
}
const DEFAULT_LIMIT = 238_000
const xmlLibraries = ['samlify', '@xmldom/xmldom', 'xpath', 'xml-crypto', 'xml']

describe('the bundle of', () => {
  for (const fn of functionNames()) {
    test(`${fn} is small`, () => {
      const size = bundleSize(metafileOf(fn))
      assert.ok(size > 10_000, `${size} bytes cannot be all of it`)
      assert.ok(size <= (limits[fn] ?? DEFAULT_LIMIT), `${size} bytes`)
    })

    test(`${fn} loads what only some of its calls need when they do`, () => {
      const all = Object.entries(metafileOf(fn).outputs).filter(([file]) => file.endsWith('.mjs'))
      const total = all.reduce((bytes, [, output]) => bytes + output.bytes, 0)
      assert.ok(bundleSize(metafileOf(fn)) < total)
    })

    test(`${fn} holds no XML library`, () => {
      const found = xmlLibraries.filter((name) => packagesIn(fn).has(name))
      assert.deepEqual(found, [])
    })

    test(`${fn} holds what writes certificates only if it issues them`, () => {
      const found = [...packagesIn(fn)].filter((name) => /asn1|peculiar/.test(name))
      assert.equal(found.length > 0, fn === 'saml-metadata', found.join(' '))
    })

    test(`${fn} reads credentials from the environment, and looks nowhere else`, () => {
      const chain = [...packagesIn(fn)].filter((name) => name.includes('credential-provider'))
      assert.deepEqual(chain, [])
    })

    test(`${fn} imports no builtin as a module, which would load all of undici`, () => {
      const code = readdirSync(join(folder, fn))
        .filter((file) => file.endsWith('.mjs'))
        .map((file) => readFileSync(join(folder, fn, file), 'utf8'))
        .join('\n')
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
