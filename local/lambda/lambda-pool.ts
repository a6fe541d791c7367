import { type ExecutionEnvironment, startEnvironment } from './execution-environment.ts'
import type { InvokeResult } from './lambda-protocol.ts'
import { type LambdaFunction, type Location, runtimeVariables } from './lambda-variables.ts'
import { turnstile } from './turnstile.ts'

type PoolSettings = {
  location: Location
  /** Added to the function's own variables. */
  environment: Record<string, string>
  onLog: (line: string) => void
  maxConcurrency: number
  initTimeoutMs: number
}

/** The execution environments of one function: started when needed, the idle ones reused. */
export function lambdaPool(definition: LambdaFunction, settings: PoolSettings) {
  const { location, environment, maxConcurrency, ...rest } = settings
  const own = { ...runtimeVariables(definition, location), ...definition.environment }
  const identity = { definition, location, variables: { ...own, ...environment } }
  const turns = turnstile(maxConcurrency)
  const idle = new Set<ExecutionEnvironment>()
  const executing = new Set<ExecutionEnvironment>()
  const initTimes: number[] = []
  let isStopped = false

  function start(): ExecutionEnvironment {
    const onReady = (initMs: number) => initTimes.push(initMs)
    const onExit = () => idle.delete(started)
    const started = startEnvironment({ ...identity, ...rest, onReady, onExit })
    return started
  }

  async function execute(event: string): Promise<InvokeResult> {
    if (isStopped) return stopped
    // The one that was used last: the others may grow cold.
    const chosen = [...idle].at(-1) ?? start()
    idle.delete(chosen)
    executing.add(chosen)
    const result = await chosen.run(event)
    executing.delete(chosen)
    if (chosen.isAlive()) idle.add(chosen)
    return result
  }

  return {
    initTimes,
    async invoke(event: string): Promise<InvokeResult> {
      await turns.enter()
      const result = await execute(event)
      turns.leave()
      return result
    },
    /** Ends the environments that are executing. */
    kill: () => terminateAll(executing),
    /** Ends all environments; invocations that wait or come later fail. */
    async stop() {
      isStopped = true
      await terminateAll([...idle, ...executing])
    },
  }
}

const stopped = {
  error: { errorType: 'ServiceException', errorMessage: 'The local functions have been stopped' },
}

async function terminateAll(environments: Iterable<ExecutionEnvironment>): Promise<void> {
  await Promise.all([...environments].map((environment) => environment.terminate()))
}
