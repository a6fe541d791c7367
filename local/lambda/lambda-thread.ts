import { Worker } from 'node:worker_threads'
import type { InvokeError, WorkerMessage, WorkerRequest } from './lambda-protocol.ts'
import type { LambdaContext } from './lambda-variables.ts'
import { lineSplitter } from './line-splitter.ts'

/** What comes of waiting for a thread. */
export type Outcome =
  | Exclude<WorkerMessage, { kind: 'log' }>
  | { kind: 'exited'; error: InvokeError }
  | { kind: 'timed-out' }

type ThreadSettings = {
  code: { codeDir: string; handler: string; memoryMb: number; context: LambdaContext }
  /** All variables the thread sees. */
  variables: Record<string, string>
  onLog: (line: string) => void
  onExit: () => void
}

/** Below this a V8 isolate has hardly room for the SDK; a local run is no test of memory sizes. */
const minimumHeapMb = 256

/** Starts the thread of an execution environment; it loads the function's code at once. */
export function startLambdaThread({ code, variables, onLog, onExit }: ThreadSettings) {
  const { codeDir, handler, context, memoryMb } = code
  const worker = new Worker(new URL('./lambda-worker.mjs', import.meta.url), {
    workerData: { codeDir, handler, context },
    env: variables,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: Math.max(memoryMb, minimumHeapMb) },
  })
  const lines = lineSplitter(onLog)
  const outcomes = outcomeWaiter()
  let isAlive = true
  let fatal: Error | undefined
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'log') return lines.write(message.text)
    lines.flush()
    if (message.kind === 'crashed') isAlive = false
    outcomes.put(message)
  })
  worker.once('error', (error: Error) => {
    fatal = error
  })
  worker.once('exit', (status) => {
    isAlive = false
    lines.flush()
    onExit()
    outcomes.put({ kind: 'exited', error: exitError(status, fatal) })
  })
  return {
    /** Waits for the next thing the thread reports, at most for the given time. */
    next: outcomes.next,
    post: (request: WorkerRequest) => worker.postMessage(request),
    hold: () => worker.ref(),
    /** Lets the host's process end although the thread is there. */
    release: () => worker.unref(),
    isAlive: () => isAlive,
    async terminate() {
      isAlive = false
      await worker.terminate()
    },
  }
}

function outcomeWaiter() {
  let put = (_outcome: Outcome) => {}
  return {
    put: (outcome: Outcome) => put(outcome),
    async next(limitMs: number): Promise<Outcome> {
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      put = resolve
      const timer = setTimeout(() => resolve({ kind: 'timed-out' }), limitMs)
      const outcome = await promise
      clearTimeout(timer)
      return outcome
    },
  }
}

function exitError(status: number, fatal: Error | undefined): InvokeError {
  if (fatal && 'code' in fatal && fatal.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: fatal.message }
  }
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `Runtime exited with error: ${fatal?.message ?? `exit status ${status}`}`,
  }
}
