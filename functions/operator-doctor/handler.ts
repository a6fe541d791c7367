import { awsDeployment } from '#shared/aws/deployment.ts'
import { readEnv } from '#shared/http/env.ts'
import { operatorEndpoint } from '#shared/http/operator-endpoint.ts'
import { json } from '#shared/http/respond.ts'
import { examine } from '#shared/operations/examine.ts'
import { epochMilliseconds, isoTime } from '#shared/time.ts'
import { contract } from './contract.ts'

const queues = readEnv(
  'PROVISIONING_QUEUE_URL',
  'PROVISIONING_DEAD_LETTERS_URL',
  'RELAY_FAILURES_URL',
  'ACCESS_DEAD_LETTERS_URL',
)
const keys = readEnv('JWT_KEY_ARNS', 'SAML_SIGNING_KEY_ARNS', 'SAML_ENCRYPTION_KEY_ARNS')
const { DIRECTORY_TABLE, EPHEMERAL_TABLE } = readEnv('DIRECTORY_TABLE', 'EPHEMERAL_TABLE')
const { ADMIN_SESSION_KEY_ARN, PUBLIC_URL } = readEnv('ADMIN_SESSION_KEY_ARN', 'PUBLIC_URL')

const numbered = (name: string, arns: string) =>
  arns.split(',').map((arn, index) => [`${name} ${index + 1}`, arn] as const)

const deployment = awsDeployment({
  directory: DIRECTORY_TABLE,
  ephemeral: EPHEMERAL_TABLE,
  keys: Object.fromEntries([
    ...numbered('of JWTs', keys.JWT_KEY_ARNS),
    ['of sessions', ADMIN_SESSION_KEY_ARN],
    ...numbered('of SAML signatures', keys.SAML_SIGNING_KEY_ARNS),
    ...numbered('of SAML encryption', keys.SAML_ENCRYPTION_KEY_ARNS),
  ]),
  queues: {
    provisioning: queues.PROVISIONING_QUEUE_URL,
    deadLetters: queues.PROVISIONING_DEAD_LETTERS_URL,
    relayFailures: queues.RELAY_FAILURES_URL,
    accessDeadLetters: queues.ACCESS_DEAD_LETTERS_URL,
  },
})

export const handler = operatorEndpoint(epochMilliseconds, contract, {
  'GET /operator/doctor': async ({ now }) =>
    json(200, {
      findings: await examine(deployment),
      time: isoTime(now),
      publicUrl: PUBLIC_URL,
      tables: [DIRECTORY_TABLE, EPHEMERAL_TABLE],
    }),
})
