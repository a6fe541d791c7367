import type { AdminPorts } from '../http/admin-endpoint.ts'
import { epochMilliseconds } from '../time.ts'
import { dynamoApiKeys } from './api-key-store.ts'
import { dynamoCallCounter } from './call-counter.ts'

/** What every function of the administration API knows its callers by. */
export const adminPorts = (directory: string, ephemeral: string): AdminPorts => ({
  keys: dynamoApiKeys(directory),
  calls: dynamoCallCounter(ephemeral),
  now: epochMilliseconds,
})
