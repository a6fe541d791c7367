import assert from 'node:assert/strict'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCli } from './run-cli.ts'

const folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-rotate-'))
after(() => folder.remove())
const file = join(folder.path, 'latchkey.keys.json')
const rotate = (operand: string, ...args: string[]) =>
  runCli(['keys', 'rotate', operand, '--file', file, ...args])
const rotateJson = (operand: string, ...args: string[]) => rotate(operand, '--json', ...args)
const read = () => JSON.parse(readFileSync(file, 'utf8'))

/** As if the last step was taken long ago. */
function wait(key: string) {
  const keys = read()
  keys[key].changedAt = '2020-01-01T00:00:00.000Z'
  writeFileSync(file, JSON.stringify(keys))
}

test('keys rotate goes from publish to use to retire, and takes no step too early', async () => {
  const shown = JSON.parse((await rotateJson('jwt-signing')).stdout)
  assert.deepEqual(shown.generations, [1])
  assert.deepEqual(shown.next, { step: 'publish', generations: [1, 2] })

  const key = 'jwtSigningKeys'
  const expected = [
    ['publish', [1, 2]],
    ['use', [2, 1]],
    ['retire', [2]],
  ] as const
  for (const [step, generations] of expected) {
    const applied = await rotateJson('jwt-signing', '--apply')
    assert.equal(applied.code, 0, applied.stderr)
    assert.deepEqual(JSON.parse(applied.stdout), { key, step, generations, file })
    assert.deepEqual(read()[key].generations, generations)
    if (step === 'retire') break
    const early = await rotateJson('jwt-signing', '--apply')
    assert.equal(early.code, 1)
    assert.match(early.stderr, /not before 20\d\d-/)
    assert.ok(
      Date.parse(JSON.parse((await rotateJson('jwt-signing')).stdout).notBefore) > Date.now(),
    )
    assert.deepEqual(read()[key].generations, generations)
    wait(key)
  }
})

for (const [operand, key, followers] of [
  ['jwt-signing', 'jwtSigningKeys', 'products'],
  ['saml-signing', 'samlSigningKeys', 'providers'],
  ['saml-encryption', 'samlEncryptionKeys', 'providers'],
] as const) {
  test(`keys rotate ${operand} waits for ${followers}`, async () => {
    const state = { generations: [1, 2], changedAt: new Date().toISOString() }
    writeFileSync(file, JSON.stringify({ [key]: state }))
    const { code, stderr } = await rotate(operand, '--apply')
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`use not before \\S+: ${followers} must have followed first`))
  })
}

test('keys rotate leaves the other keys as they are', async () => {
  const other = { generations: [2], changedAt: '2020-01-01T00:00:00.000Z' }
  writeFileSync(file, JSON.stringify({ samlEncryptionKeys: other }))
  assert.equal((await rotate('jwt-signing', '--apply')).code, 0)
  assert.deepEqual(read().samlEncryptionKeys, other)
  assert.deepEqual(read().jwtSigningKeys.generations, [1, 2])
})

for (const [generations, deployment] of [
  [[1, 2], /now: npx cdk deploy LatchkeyData LatchkeyApi$/m],
  [[2, 1], /now: npx cdk deploy LatchkeyApi --exclusively && npx cdk deploy LatchkeyData$/m],
] as const) {
  test(`keys rotate says how to deploy what follows ${generations}`, async () => {
    const changedAt = '2020-01-01T00:00:00.000Z'
    writeFileSync(file, JSON.stringify({ jwtSigningKeys: { generations, changedAt } }))
    const { code, stdout } = await rotate('jwt-signing', '--apply')
    assert.equal(code, 0)
    assert.match(stdout, deployment)
  })
}

test('keys rotate touches neither a broken file nor one that is in no state of a rotation', async () => {
  for (const [text, message] of [
    ['{', /malformed/],
    ['{"samlSigningKeys":{"generations":[3,2,1],"changedAt":"2020-01-01T00:00:00.000Z"}}', /3,2,1/],
  ] as const) {
    writeFileSync(file, text)
    const { code, stderr } = await rotateJson('saml-signing', '--apply')
    assert.equal(code, 1)
    assert.match(stderr, message)
    assert.equal(readFileSync(file, 'utf8'), text)
  }
})

test('keys rotate refuses a key that has no generations', async () => {
  const { code, stderr } = await rotateJson('admin-session', '--apply')
  assert.equal(code, 2)
  assert.match(stderr, /no key 'admin-session'/)
})
