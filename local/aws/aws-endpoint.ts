import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import { listen } from '#local/listen.ts'
import type { Template } from '#local/template/template.ts'
import {
  type AccessControl,
  accessControl,
  type Denial,
  type UnusedGrant,
} from './access-control.ts'
import type { Call } from './aws-call.ts'
import { type Backends, type Faults, type KillFunction, serveAwsCall } from './aws-serving.ts'
import { type AwsCall, callLog } from './call-log.ts'

export type AwsEndpoint = {
  url: string
  /** The latest calls, oldest first, 10,000 at most. */
  calls: readonly AwsCall[]
  clearCalls: () => void
  faults: Faults
  /** From now on functions may do what their roles in this template allow, and nothing else. */
  enforce: (template: Template, killFunction: KillFunction) => void
  denials: () => readonly Denial[]
  unusedGrants: () => UnusedGrant[]
  stop: () => Promise<void>
}

type Settings = {
  backends: Backends
  /** Gets each distinct denial once; by default it goes to stderr. */
  report?: (text: string) => void
}

/**
 * Starts the endpoint that all SDK clients here use, on a free port of 127.0.0.1. It does not check
 * signatures: whoever can reach the port can use it.
 */
export async function startAwsEndpoint(settings: Settings): Promise<AwsEndpoint> {
  const log = callLog()
  const faults: Faults = {}
  // The services close idle connections after 30 s (DynamoDB Local's Jetty) or more.
  const agent = new Agent({ keepAlive: true, timeout: 15_000 })
  let control: AccessControl | undefined
  let killFunction: KillFunction | undefined
  const server = createServer((request, response) => {
    const startedAt = performance.now()
    const record = (call: Call) => log.add(call, response, startedAt)
    const serving = { ...settings, agent, faults, control, killFunction, record }
    serveAwsCall(serving, request, response).catch((error) => {
      if (!response.destroyed) console.error('The local AWS endpoint failed:', error)
      response.destroy()
    })
  })
  // Longer than any pause of a client that keeps connections, so that none is closed under a call.
  server.keepAliveTimeout = 120_000
  const url = await listen(server, { port: 0, host: '127.0.0.1' })
  return {
    url,
    calls: log.calls,
    clearCalls: log.clear,
    faults,
    enforce(template, kill) {
      control = accessControl(template, settings.report)
      killFunction = kill
    },
    denials: () => control?.denials ?? [],
    unusedGrants: () => control?.unusedGrants() ?? [],
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      agent.destroy()
    },
  }
}
