import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const RUNS = 7
const project = fileURLToPath(new URL('..', import.meta.url))

/** What every HTTPS client has to load. */
const FLOOR = "process.getBuiltinModule('node:https'); process.getBuiltinModule('node:crypto')"

/** Enough for every function to start; nothing is called. */
const environment = {
  AWS_REGION: 'us-east-1',
  DIRECTORY_TABLE: 'directory',
  EPHEMERAL_TABLE: 'ephemeral',
  ...named('arn:aws:kms:us-east-1:000000000000:key/none', [
    ...['ADMIN_SESSION_KEY_ARN', 'JWT_KEY_ARNS'],
    ...['SAML_ENCRYPTION_KEY_ARNS', 'SAML_SIGNING_KEY_ARNS'],
  ]),
  ...named('http://127.0.0.1:9/queue', [
    ...['ACCESS_QUEUE_URL', 'PROVISIONING_QUEUE_URL', 'RELAY_FAILURES_URL'],
    ...['ACCESS_DEAD_LETTERS_URL', 'PROVISIONING_DEAD_LETTERS_URL'],
  ]),
  MAIL_FROM: 'no-reply@signin.vendor.example',
  PUBLIC_URL: 'http://127.0.0.1:9',
}

function named(value: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, value]))
}

/**
 * Times the import of bundles in fresh processes, interleaved with the floor; removes the folder.
 *
 * @returns median import time of each function, in medians of the floor
 */
export function measureImports(folder: string, fns: readonly string[]) {
  const samples = new Map<string, number[]>()
  const add = (name: string, code: string) => {
    samples.set(name, [...(samples.get(name) ?? []), importTime(code)])
  }
  for (let run = 0; run < RUNS; run++) {
    add('floor', FLOOR)
    for (const fn of fns) add(fn, `await import('${project}${folder}/${fn}/index.mjs')`)
  }
  rmSync(`${project}${folder}`, { recursive: true })
  const floor = median(samples.get('floor') ?? [])
  return Object.fromEntries(
    fns.map((fn) => [fn, Math.round((median(samples.get(fn) ?? []) / floor) * 100) / 100]),
  )
}

function importTime(code: string): number {
  const timed = `const t = performance.now(); ${code}; console.log(performance.now() - t)`
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', timed],
    { encoding: 'utf8', env: environment },
  )
  if (status !== 0) throw new Error(stderr)
  return Number(stdout.trim().split('\n').at(-1))
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
