import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checks } from '#local/demo/checks.ts'
import { runToEnd } from './start-process.ts'

test('npm run demo plays a sign-in both ways, and all that it checks holds', async () => {
  const { code, stdout, stderr } = await runToEnd('local/play-demo.ts')
  assert.doesNotMatch(stdout, /✗/)
  assert.match(stdout, /\nAll \d+ checks held\.\n$/)
  assert.equal(stderr, '')
  assert.equal(code, 0)
  const steps = [...stdout.matchAll(/^\d+\. (.*)$/gm)].map(([, title]) => title)
  assert.deepEqual(steps, [
    'Our metadata, as an identity provider reads it',
    'Ada Lovelace signs in from the product (SP-initiated)',
    'Zoë Žižková 山田 & Söhne signs in from the provider (IdP-initiated)',
    'Mallory Stranger signs in from the provider (IdP-initiated)',
    'Products learn what happened',
  ])
})

test('checks count what does not hold, and what should not have happened', () => {
  const lines: string[] = []
  const played = checks((line) => lines.push(line))
  played.step('A step')
  played.equal('status is', 200, 200)
  played.equal('claims are', { a: 1 }, { a: 2 })
  played.broke('AccessDenied')
  assert.equal(played.close(), false)
  assert.deepEqual(lines, [
    '\n1. A step',
    '     ✓ status is 200',
    '     ✗ claims are {"a":1}, and not {"a":2}',
    '     ✗ AccessDenied',
    '\n2 of 3 checks failed.',
  ])
})
