import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

test('Node is the one of the functions, or newer', () => {
  const [major] = process.versions.node.split('.')
  assert.ok(Number(major) >= 24)
})

describe('the layers, by biome.json,', () => {
  const domain = 'The domain is pure'
  const oneWay = 'Imports run one way'
  const wiring = 'A handler wires'
  const imports = [
    ['shared/tokens/a.ts', '@aws-sdk/client-kms', domain],
    ['shared/tokens/b.ts', '@middy/core', domain],
    ['shared/tokens/c.ts', 'aws-lambda', domain],
    ['shared/sign-in/a.ts', '#shared/aws/dynamo.ts', domain],
    ['shared/sign-in/b.ts', '../aws/dynamo.ts', domain],
    ['shared/sign-in/c.ts', '../http/respond.ts', domain],
    ['shared/sign-in/d.ts', '#functions/jwks/handler.ts', domain],
    ['shared/sign-in/e.ts', '#test/flows/tenant.ts', domain],
    ['shared/a.ts', '#infra/routes.ts', domain],
    ['shared/aws/a.ts', '#functions/jwks/handler.ts', oneWay],
    ['shared/aws/b.ts', '#local/stack.ts', oneWay],
    ['shared/http/a.ts', '../../functions/jwks/handler.ts', oneWay],
    ['functions/jwks/a.ts', '@aws-sdk/client-kms', wiring],
    ['functions/jwks/b.ts', '@middy/core', wiring],
    ['functions/jwks/c.ts', '#infra/routes.ts', wiring],
    ['shared/tokens/good.ts', '../secrets.ts', undefined],
    ['shared/sign-in/good.ts', '../saml/errors.ts', undefined],
    ['shared/aws/good.ts', '@aws-sdk/client-kms', undefined],
    ['shared/aws/better.ts', '../tokens/ports.ts', undefined],
    ['shared/http/good.ts', '@middy/core', undefined],
    ['functions/jwks/good.ts', '#shared/aws/kms-jwt-signer.ts', undefined],
  ] as const
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-layers-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  let findings: readonly string[]
  before(async () => {
    copyFileSync(path('biome.json'), join(folder, 'biome.json'))
    for (const [file, imported] of imports) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `import '${imported}'\n`)
    }
    findings = (await lint(folder)).split('\n')
  })

  for (const [file, imported, message] of imports) {
    test(`${message ? 'forbid' : 'let'} ${dirname(file)} to import ${imported}`, () => {
      const found = findings.filter((line) => line.includes(`/${file},`))
      assert.equal(found.length, message ? 1 : 0, found.join('\n'))
      if (message) assert.match(found[0] ?? '', new RegExp(message))
    })
  }
})

/** What Biome finds by the rule that guards the layers, a line each. */
function lint(folder: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const rule = '--only=style/noRestrictedImports'
  const args = ['lint', rule, '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none']
  execFile(path('node_modules/.bin/biome'), args, { cwd: folder }, (_, stdout, stderr) =>
    resolve(stdout + stderr),
  )
  return promise
}
