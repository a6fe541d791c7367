import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { commands } from '#cli/commands.ts'
import { runCli } from './run-cli.ts'

const credentials = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'operator',
  AWS_SECRET_ACCESS_KEY: 'local',
}
const nowhere = { ...credentials, LATCHKEY_URL: 'http://127.0.0.1:1' }

describe('latchkey', () => {
  test('tells what commands there are', async () => {
    const { code, stdout, stderr } = await runCli(['--help'])
    assert.deepEqual([code, stderr], [0, ''])
    for (const { name, summary } of commands) {
      assert.match(stdout, new RegExp(`^  ${name} +${summary}$`, 'm'))
    }
  })

  test('tells what commands of one kind there are', async () => {
    const { code, stdout } = await runCli(['org', '--help'])
    assert.equal(code, 0)
    assert.match(stdout, /org create/)
    assert.doesNotMatch(stdout, /doctor/)
  })

  for (const { name, operands, options } of commands) {
    test(`tells how to use ${name}`, async () => {
      const { code, stdout, stderr } = await runCli([...name.split(' '), '--help'])
      assert.deepEqual([code, stderr], [0, ''])
      assert.match(stdout, new RegExp(`^Usage: latchkey ${name}`))
      for (const operand of operands) assert.ok(stdout.includes(`<${operand}>`))
      for (const option of [...Object.keys(options), 'url', 'json', 'quiet', 'help']) {
        assert.match(stdout, new RegExp(`^  --${option}\\b`, 'm'))
      }
    })
  }

  const wrong: [string, string[], RegExp, Record<string, string>?][] = [
    ['nothing', [], /^Usage: latchkey <command>/],
    ['a command that there is not', ['org', 'rename'], /no command 'org rename'/],
    ['half a command', ['org'], /no command 'org'/],
    ['no operand', ['org', 'show'], /<organization> is missing/],
    ['one operand too many', ['org', 'show', 'org_1', 'org_2'], /'org_2' is one too many/],
    ['an unknown option', ['org', 'list', '--all'], /'--all'/],
    ['no required option', ['org', 'create', 'Acme'], /--product is missing/],
    ['an option without its value', ['org', 'list', '--name'], /name <value>/],
    ['nothing to change', ['org', 'update', 'org_1'], /nothing to change/],
    ['a host without its product', ['org', 'hosts', 'org_1', '--set', 'a.example'], /product=host/],
    ['hosts, and none', ['org', 'hosts', 'org_1', '--set', 'a=b.example', '--none'], /exclude/],
    ['a number that is none', ['org', 'api-key', 'org_1', '--label', 'a', '--days', 'x'], /--days/],
    ['a time that is none', ['trace', 'tail', '--since', 'noon'], /--since/],
    ['a key that there is not', ['keys', 'rotate', 'jwt'], /no key 'jwt'/],
    ['no address', ['org', 'list'], /LATCHKEY_URL is missing/, credentials],
    [
      'an address in the open',
      ['org', 'list', '--url', 'http://signin.vendor.example'],
      /no https address/,
      credentials,
    ],
    [
      'no region',
      ['org', 'list', '--url', 'https://signin.vendor.example'],
      /AWS_REGION is missing/,
      {},
    ],
  ]
  for (const [name, args, message, variables] of wrong) {
    test(`answers 2 to ${name}`, async () => {
      const { code, stdout, stderr } = await runCli(args, variables ?? nowhere)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, message)
    })
  }

  test('answers 4 where nobody answers, and says so in JSON where it is asked to', async () => {
    const { code, stdout, stderr } = await runCli(['org', 'list', '--json'], nowhere)
    assert.deepEqual([code, stdout], [4, ''])
    const { error } = JSON.parse(stderr)
    assert.equal(error.kind, 'unreachable')
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:1 cannot be reached: /)
  })

  test('answers 4 without credentials', async () => {
    const { code, stderr } = await runCli(['org', 'list'], {
      ...{ AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true', HOME: tmpdir() },
      LATCHKEY_URL: 'https://signin.vendor.example',
    })
    assert.equal(code, 4)
    assert.match(stderr, /no AWS credentials/)
  })

  const systemNode = '/usr/bin/node'
  test('runs by the Node of the project where the one of the machine is older', {
    skip: !existsSync(systemNode),
  }, async () => {
    const cwd = fileURLToPath(new URL('../..', import.meta.url))
    const run = promisify(execFile)
    const { stdout } = await run(systemNode, ['cli/latchkey.mjs', '--help'], { cwd })
    assert.match(stdout, /^Usage: latchkey/)
    const failing = run(systemNode, ['cli/latchkey.mjs', 'org'], { cwd })
    await assert.rejects(failing, { code: 2 })
  })
})
