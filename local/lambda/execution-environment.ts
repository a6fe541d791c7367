import { randomUUID } from 'node:crypto'
import type { InvokeResult } from './lambda-protocol.ts'
import { type Outcome, startLambdaThread } from './lambda-thread.ts'
import { type LambdaFunction, type Location, lambdaContext } from './lambda-variables.ts'

/** One worker thread that runs one function, one invocation at a time. */
export type ExecutionEnvironment = {
  /** @param event the event as JSON */
  run(event: string): Promise<InvokeResult>
  /** Ends the thread at once, even in an endless loop; a running invocation fails. */
  terminate(): Promise<void>
  isAlive(): boolean
}

type EnvironmentSettings = {
  definition: LambdaFunction
  location: Location
  variables: Record<string, string>
  initTimeoutMs: number
  onLog: (line: string) => void
  onReady: (initMs: number) => void
  onExit: () => void
}

/**
 * Starts an execution environment. Loading the function's code is part of its first run, so that an
 * error there fails that invocation and nothing else.
 */
export function startEnvironment(settings: EnvironmentSettings): ExecutionEnvironment {
  const { definition, location, initTimeoutMs, ...hooks } = settings
  const thread = startLambdaThread({
    ...hooks,
    code: { ...definition, context: lambdaContext(definition, location) },
  })
  const timeoutMs = definition.timeoutSeconds * 1000
  let isReady = false

  async function fail(outcome: Outcome, limitMs: number): Promise<InvokeResult> {
    if (outcome.kind === 'failed') return { error: outcome.error }
    await thread.terminate()
    if (outcome.kind === 'crashed') return { error: outcome.error }
    const error = outcome.kind === 'exited' ? outcome.error : timeoutError(limitMs)
    hooks.onLog(`${error.errorType}: ${error.errorMessage}`)
    return { error }
  }

  async function invoke(event: string): Promise<InvokeResult> {
    if (!isReady) {
      const loaded = await thread.next(initTimeoutMs)
      if (loaded.kind !== 'ready') return fail(loaded, initTimeoutMs)
      isReady = true
      hooks.onReady(loaded.initMs)
    }
    thread.post({ requestId: randomUUID(), event, deadline: Date.now() + timeoutMs })
    const outcome = await thread.next(timeoutMs)
    if (outcome.kind !== 'answered') return fail(outcome, timeoutMs)
    return Buffer.byteLength(outcome.payload) > responseLimit
      ? responseTooLarge
      : { payload: JSON.parse(outcome.payload) }
  }

  async function run(event: string) {
    thread.hold()
    const result = await invoke(event)
    thread.release()
    return result
  }

  return { run, terminate: thread.terminate, isAlive: thread.isAlive }
}

const timeoutError = (limitMs: number) => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`,
})

/** As AWS enforces it: 6 MB and a little, for the envelope. */
const responseLimit = 6 * 1024 * 1024 + 100

const responseTooLarge: InvokeResult = {
  error: {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${responseLimit} bytes).`,
  },
}
