import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Started } from './parent.ts'

export type DemoProcess<Details> = {
  details: Details
  /** Sends what the process has been waiting for. */
  configure(settings: object): void
  stop(): Promise<void>
}

type Settings = {
  /** Shown when something is wrong with it. */
  name: string
  /** In this folder. */
  script: string
  options: object
  /** Called if it ends before it is stopped. */
  onDeath: (sentence: string) => void
}

/** Starts a process of the demo and waits until it can be reached. What it prints goes to stderr. */
export async function startDemoProcess<Details>({
  name,
  script,
  options,
  onDeath,
}: Settings): Promise<DemoProcess<Details>> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = fork(path, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const started = await firstMessage<Details>(child)
  if (started.kind === 'failed') {
    await end(child)
    throw new Error(`The ${name} cannot start: ${started.reason}`)
  }
  const report = (code: number | null, signal: string | null) =>
    onDeath(`The ${name} has ended unexpectedly (${signal ?? `exit code ${code}`})`)
  child.once('exit', report)
  return {
    details: started.details,
    configure(settings) {
      if (child.connected) child.send(settings)
    },
    stop() {
      child.off('exit', report)
      return end(child)
    },
  }
}

async function firstMessage<Details>(child: ChildProcess): Promise<Started<Details>> {
  const exited = once(child, 'exit').then(([code]) => ({
    kind: 'failed' as const,
    reason: `it ended with exit code ${code}`,
  }))
  const said = once(child, 'message').then(([message]) => message as Started<Details>)
  return Promise.race([said, exited])
}

/** Closing the channel tells the process to end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  await exited
}
