import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCli } from './run-cli.ts'

const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-rotate-'))
after(() => folder.remove())
const file = join(folder.path, 'latchkey.keys.json')
const rotate = (...args: string[]) =>
  runCli(['keys', 'rotate', 'saml-signing', '--file', file, '--json', ...args])
const read = () => JSON.parse(readFileSync(file, 'utf8')).samlSigningKeys

/** As if the last step was taken long ago. */
function wait() {
  const keys = JSON.parse(readFileSync(file, 'utf8'))
  keys.samlSigningKeys.changedAt = '2020-01-01T00:00:00.000Z'
  writeFileSync(file, JSON.stringify(keys))
}

test('keys rotate goes from publish to use to retire, and takes no step too early', async () => {
  const shown = JSON.parse((await rotate()).stdout)
  assert.deepEqual(shown.generations, [1])
  assert.deepEqual(shown.next, { step: 'publish', generations: [1, 2] })

  const expected = [
    ['publish', [1, 2]],
    ['use', [2, 1]],
    ['retire', [2]],
  ] as const
  for (const [step, generations] of expected) {
    const applied = await rotate('--apply')
    assert.equal(applied.code, 0, applied.stderr)
    assert.deepEqual(JSON.parse(applied.stdout), {
      ...{ key: 'samlSigningKeys', step, generations, file },
    })
    assert.deepEqual(read().generations, generations)
    if (step === 'retire') break
    const early = await rotate('--apply')
    assert.equal(early.code, 1)
    assert.match(early.stderr, /not before 20\d\d-/)
    assert.ok(Date.parse(JSON.parse((await rotate()).stdout).notBefore) > Date.now())
    assert.deepEqual(read().generations, generations)
    wait()
  }
})

test('keys rotate touches neither a broken file nor one that is in no state of a rotation', async () => {
  for (const [text, message] of [
    ['{', /malformed/],
    ['{"samlSigningKeys":{"generations":[3,2,1],"changedAt":"2020-01-01T00:00:00.000Z"}}', /3,2,1/],
  ] as const) {
    writeFileSync(file, text)
    const { code, stderr } = await rotate('--apply')
    assert.equal(code, 1)
    assert.match(stderr, message)
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})
