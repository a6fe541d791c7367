import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { hasCommand } from '#test/has-command.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Why guides cannot be run here. */
export const skip = ['bash', 'curl'].every(hasCommand) ? false : 'needs bash and curl'

/** Printed between blocks: what a person does there, the test does. */
const END = '--- end of block'

type Between = (printed: string, block: number) => Promise<void> | void

/**
 * Runs the shell blocks of a page of docs/ in one shell, as a reader would who copies them. Answers
 * what each has printed.
 */
export async function runGuide(
  page: string,
  variables: Record<string, string>,
  between: Between,
): Promise<string[]> {
  const guide = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const blocks = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...variables }
  const shell = spawn('bash', ['-euo', 'pipefail'], { cwd: project, env })
  const errors = text(shell.stderr)
  const chunks: AsyncIterator<string> = shell.stdout.setEncoding('utf8')[Symbol.asyncIterator]()
  const printed: string[] = []
  for (const block of blocks) {
    shell.stdin.write(`${block}\necho '${END}'\n`)
    const output = await untilEnd(chunks)
    if (output === undefined) break
    await between(output, printed.push(output))
  }
  shell.stdin.end()
  const [code] = (await once(shell, 'close')) as [number | null]
  assert.equal(code, 0, `${await errors}\n${printed.join('\n')}`)
  assert.equal(printed.length, blocks.length)
  return printed
}

/** What is printed up to the end of a block; undefined where the shell has ended. */
async function untilEnd(chunks: AsyncIterator<string>): Promise<string | undefined> {
  let output = ''
  while (!output.includes(END)) {
    const { value, done } = await chunks.next()
    if (done) return undefined
    output += value
  }
  return output.replace(`${END}\n`, '')
}
