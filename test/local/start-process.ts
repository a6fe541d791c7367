import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { jsonSummary } from '#local/start-summary.ts'

type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

/** A running `node local/start.ts --json`. */
export type Started = {
  ready: ReturnType<typeof jsonSummary>
  /** It and all that it has started; with a text only those whose command line has it. */
  processIds: (text?: string) => number[]
  /** Sends a signal and waits for the end of the process. */
  end: (signal: NodeJS.Signals) => Promise<Ended>
}

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a script of the project to its end. */
export async function runToEnd(script: string, ...args: string[]): Promise<Ended> {
  return ended(spawn(process.execPath, [script, ...args], { cwd: project }))
}

/** Starts the local stack with `--json` and waits until it is ready. */
export async function startProcess(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, ['local/start.ts', '--json', ...args], { cwd: project })
  const ending = ended(child)
  const ready = once(createInterface(child.stdout), 'line') as Promise<[string]>
  const failed = ending.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
  const [line] = await Promise.race([ready, failed])
  return {
    ready: JSON.parse(line) as Started['ready'],
    processIds: (text = '') => descendants(Number(child.pid), text),
    end(signal) {
      child.kill(signal)
      return ending
    },
  }
}

async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, ...output }
}

function descendants(processId: number, text: string): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const rows = [...table.matchAll(/^ *(\d+) +(\d+) +(.*)$/gm)].map(([, id, parent, command]) => ({
    id: Number(id),
    parent: Number(parent),
    command: String(command),
  }))
  const found = rows.filter(({ id }) => id === processId)
  for (const { id } of found) found.push(...rows.filter(({ parent }) => parent === id))
  return found.filter(({ command }) => command.includes(text)).map(({ id }) => id)
}

/** Whether a process is there, and no zombie that only waits to be reaped. */
export function isRunning(processId: number): boolean {
  try {
    const args = ['-o', 'stat=', '-p', String(processId)]
    return !execFileSync('ps', args, { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}
