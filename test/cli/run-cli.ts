import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { LocalStack } from '#local/stack.ts'

export type Ran = { code: number | null; stdout: string; stderr: string }

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Starts the command line as an operator's shell does; `latchkey` is the file that npx runs. */
export function startCli(args: readonly string[], variables: Record<string, string | undefined>) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...variables }
  return spawn(process.execPath, ['cli/latchkey.mjs', ...args], { cwd: project, env })
}

/** Runs it to its end. */
export async function runCli(
  args: readonly string[],
  variables: Record<string, string | undefined> = {},
): Promise<Ran> {
  const child = startCli(args, variables)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}

/** What the operator of a local stack has in the environment. */
export const operatorOf = ({ url, region, awsEndpoint }: LocalStack) => ({
  LATCHKEY_URL: url,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'operator',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: awsEndpoint,
})
