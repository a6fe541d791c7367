import type { Grant } from './grants.ts'

/** A Lambda that a stream, a queue or a schedule invokes. */
export type Consumer = {
  /** Folder under functions/ and the Lambda's name. */
  fn: string
  source: { kind: 'directory-stream'; batchSize: number; parallelization: number }
  grants: readonly Grant[]
  timeoutSeconds: number
  summary: string
}

/** Every function that is not reached by HTTP. */
export const consumers = [
  {
    fn: 'events-relay',
    source: { kind: 'directory-stream', batchSize: 100, parallelization: 4 },
    grants: [{ on: 'provisioningQueue', actions: ['SendMessage'] }],
    timeoutSeconds: 30,
    summary: 'Sends the event that a change carries to the provisioning queue',
  },
] as const satisfies readonly Consumer[]
