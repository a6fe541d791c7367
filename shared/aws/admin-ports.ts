import type { AdminPorts } from '../http/admin-endpoint.ts'
import { readEnv } from '../http/env.ts'
import { epochMilliseconds } from '../time.ts'
import { dynamoAdministrators } from './administrator-store.ts'
import { dynamoApiKeys } from './api-key-store.ts'
import { dynamoCallCounter } from './call-counter.ts'
import { kmsSessionKey } from './session-key.ts'

/** What every function of the administration API knows its callers by: see adminFunction(). */
export function adminPorts(directory: string, ephemeral: string): AdminPorts {
  const { ADMIN_SESSION_KEY_ARN, PUBLIC_URL } = readEnv('ADMIN_SESSION_KEY_ARN', 'PUBLIC_URL')
  return {
    keys: dynamoApiKeys(directory),
    sessions: {
      sessionKey: kmsSessionKey(ADMIN_SESSION_KEY_ARN),
      administrators: dynamoAdministrators(directory),
      publicUrl: PUBLIC_URL,
    },
    calls: dynamoCallCounter(ephemeral),
    now: epochMilliseconds,
  }
}
