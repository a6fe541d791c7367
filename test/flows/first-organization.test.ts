import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { operatorOf } from '#test/cli/run-cli.ts'
import { hasCommand } from '#test/has-command.ts'
import { idpMetadata } from './idp-metadata.ts'
import { runningStack } from './running-stack.ts'

const guide = readFileSync(new URL('../../docs/first-organization.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
const project = fileURLToPath(new URL('../..', import.meta.url))

const skip = ['bash', 'curl'].every(hasCommand) ? false : 'needs bash and curl'

/** Printed between blocks: what a person does there, the test does. */
const END = '--- end of block'

test('docs/first-organization.md takes a new organization to a user with a product', {
  skip,
}, async () => {
  const { stack, proofs } = await runningStack()
  const domain = proofs.newDomain()
  using folder = mkdtempDisposableSync(join(tmpdir(), 'latchkey-guide-'))
  const METADATA = join(folder.path, 'idp-metadata.xml')
  writeFileSync(METADATA, idpMetadata({ entityId: `https://${domain}` }))
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, DOMAIN: domain, METADATA, ...operatorOf(stack) }
  const shell = spawn('bash', ['-euo', 'pipefail'], { cwd: project, env })
  const errors = text(shell.stderr)
  const printed: string[] = []
  for (const block of blocks) {
    shell.stdin.write(`${block}\necho '${END}'\n`)
    const output = await untilEnd(shell.stdout)
    if (output === undefined) break
    printed.push(output)
    const [, value] = /value: '([^']+)'/.exec(output) ?? []
    if (value !== undefined) proofs.setTxt(domain, value)
  }
  shell.stdin.end()
  const [code] = (await once(shell, 'close')) as [number | null]
  assert.equal(code, 0, `${await errors}\n${printed.join('\n')}`)
  assert.equal(printed.length, blocks.length)
  const all = printed.join('')
  for (const line of ['verified', 'active', 'granted', 'true']) {
    assert.ok(all.split('\n').includes(line), `${line} in\n${all}`)
  }
})

/** What is printed up to the end of a block; undefined where the shell has ended. */
async function untilEnd(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  let output = ''
  while (!output.includes(END)) {
    const chunk: unknown = stdout.read()
    if (chunk !== null) output += String(chunk)
    else if (await isOver(stdout)) return undefined
  }
  return output.replace(`${END}\n`, '')
}

async function isOver(stdout: NodeJS.ReadableStream): Promise<boolean> {
  const [event] = await Promise.race([
    once(stdout, 'readable').then(() => ['readable']),
    once(stdout, 'end').then(() => ['end']),
  ])
  return event === 'end'
}
