import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What `npm start -- --json` prints, as far as a browser needs it. */
export type Demo = AsyncDisposable & {
  url: string
  demo: { identityProviderUrl: string; productUrl: string }
}

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Starts what `npm start` starts, with its demo, on free ports and without keeping data. */
export async function startDemo(): Promise<Demo> {
  const args = ['local/start.ts', '--memory', '--port', '0', '--json']
  const child = spawn(process.execPath, args, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`npm start ended: ${code}`))),
  ])) as [string]
  const ready = JSON.parse(line) as Pick<Demo, 'url' | 'demo'>
  return { ...ready, [Symbol.asyncDispose]: () => interrupt(child) }
}

async function interrupt(child: ChildProcess) {
  if (child.exitCode !== null) return
  child.kill('SIGINT')
  await once(child, 'exit')
}
