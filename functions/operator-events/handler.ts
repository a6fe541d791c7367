import { sqsDeadLetters } from '#shared/aws/dead-letters.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { json } from '#shared/http/respond.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { contract } from './contract.ts'

const env = readEnv('PROVISIONING_QUEUE_URL', 'PROVISIONING_DEAD_LETTERS_URL', 'RELAY_FAILURES_URL')
const letters = sqsDeadLetters({
  provisioning: env.PROVISIONING_QUEUE_URL,
  deadLetters: env.PROVISIONING_DEAD_LETTERS_URL,
  relayFailures: env.RELAY_FAILURES_URL,
})

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'POST /operator/events/redrive': async () => {
    const { moved, isDone } = await letters.redrive()
    return json(200, { moved, done: isDone })
  },

  'GET /operator/events/failures': async () =>
    json(200, { failures: await letters.peekFailures() }),
})
