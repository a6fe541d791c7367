import { lambdaPool } from './lambda-pool.ts'
import type { Invoke, InvokeError } from './lambda-protocol.ts'
import type { LambdaFunction, Location } from './lambda-variables.ts'

export type LambdaSettings = Location & {
  /** Added to the variables of each function, for example AWS_ENDPOINT_URL_DYNAMODB. */
  environment: Record<string, string>
  /** Gets each line that a function writes, in order, before the answer of its invocation. */
  onLog: (line: { functionName: string; text: string }) => void
  /** Execution environments per function; further invocations wait for one. Default 10. */
  maxConcurrency?: number
  /** Default 30 s: Lambda allows 10 s, but not to a laptop that starts everything at once. */
  initTimeoutMs?: number
}

export type Lambdas = {
  invoke: Invoke
  /** Ends the environments that are executing, as a crash would: their invocations fail. */
  kill(functionName: string): Promise<void>
  /** Milliseconds each environment took to load its code, by function name. */
  coldStarts(): Record<string, number[]>
  /** Ends all environments; invocations that wait or come later fail. */
  stop(): Promise<void>
}

/**
 * Runs functions in worker threads as Lambda runs them: environments start when they are needed,
 * are reused, take one invocation at a time, and see no variables but their own. Unlike Lambda, an
 * idle environment is not frozen: its timers go on.
 */
export function startLambdas(
  functions: readonly LambdaFunction[],
  settings: LambdaSettings,
): Lambdas {
  const { environment, onLog, region, accountId } = settings
  const { maxConcurrency = 10, initTimeoutMs = 30_000 } = settings
  const location = { region, accountId }
  const limits = { maxConcurrency, initTimeoutMs }
  const pools = new Map(
    functions.map((definition) => {
      const functionName = definition.name
      const log = (text: string) => onLog({ functionName, text })
      return [
        functionName,
        lambdaPool(definition, { location, environment, onLog: log, ...limits }),
      ]
    }),
  )
  return {
    async invoke(functionName, event = null) {
      const pool = pools.get(functionName)
      if (!pool) return failure('ResourceNotFoundException', `Function not found: ${functionName}`)
      const json = JSON.stringify(event)
      return Buffer.byteLength(json) > requestLimit ? requestTooLarge : pool.invoke(json)
    },
    async kill(functionName) {
      await pools.get(functionName)?.kill()
    },
    coldStarts: () => Object.fromEntries([...pools].map(([name, pool]) => [name, pool.initTimes])),
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
    },
  }
}

/** Source: AWS Lambda Developer Guide, "Lambda quotas", invocation payload. */
const requestLimit = 6 * 1024 * 1024

const failure = (errorType: string, errorMessage: string): { error: InvokeError } => ({
  error: { errorType, errorMessage },
})

const requestTooLarge = failure(
  'RequestEntityTooLargeException',
  `Request must be smaller than ${requestLimit} bytes for the InvokeFunction operation`,
)
