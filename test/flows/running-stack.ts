import { after } from 'node:test'
import { type LocalStack, startStack } from '#local/stack.ts'
import { recordAnswer } from './answers.ts'
import { collectEvents, type EventCollector } from './event-collector.ts'
import { metadataCertificate } from './metadata-server.ts'
import { type ProofServers, proofServers } from './proof-servers.ts'

/** The local stack that the flow tests of this process share, and the events on its queue. */
export type Running = {
  stack: LocalStack
  events: EventCollector
  log: string[]
  /** Where domains are proved. */
  proofs: ProofServers
}

let running: Promise<Running> | undefined

after(async () => {
  const started = await running
  await started?.events.stop()
  await started?.stack.stop()
  await started?.proofs[Symbol.asyncDispose]()
})

/** Starts the stack once, and points the SDK clients of this process at it. */
export function runningStack(): Promise<Running> {
  running ??= start()
  return running
}

/** Resolves when functions have seen all changes made so far, and what they tell has arrived. */
export async function settled(): Promise<void> {
  const { stack, events } = await runningStack()
  await stack.idle()
  await events.caughtUp()
}

async function start(): Promise<Running> {
  const log: string[] = []
  const onLog = ({ functionName, text }: { functionName: string; text: string }) => {
    log.push(`${functionName} ${text}`)
  }
  const { cert: fetchCa } = await metadataCertificate()
  const proofs = await proofServers()
  const { dnsServer, httpsPort } = proofs
  const network = { fetchCa, dnsServer, httpsPort }
  const stack = await startStack({
    ...{ memory: true, port: 0, onLog, onAnswer: recordAnswer },
    ...network,
  })
  Object.assign(process.env, stack.environmentOf('saml-acs'))
  const events = collectEvents(stack.awsEndpoint, String(stack.outputs['ProvisioningQueueUrl']))
  return { stack, events, log, proofs }
}
