import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { synthesize } from '#local/template/synthesize.ts'

test('synthesize shows what the app complains about', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-synthesize-'))
  const app = join(folder.path, 'app.mjs')
  writeFileSync(app, "console.error('routes.ts: two functions share a path'); process.exit(1)")
  await assert.rejects(synthesize(folder.path, app), {
    message: 'infra/app.ts failed:\nroutes.ts: two functions share a path',
  })
})

test('synthesize hides account and region from the app, so that templates fit any', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-synthesize-'))
  const app = join(folder.path, 'app.mjs')
  writeFileSync(app, 'console.error(JSON.stringify(process.env)); process.exit(1)')
  process.env['CDK_DEFAULT_REGION'] = 'eu-central-1'
  const failure = await synthesize(folder.path, app).catch(String)
  delete process.env['CDK_DEFAULT_REGION']
  assert.match(failure, /"CDK_OUTDIR"/)
  assert.doesNotMatch(failure, /CDK_DEFAULT_REGION/)
})
