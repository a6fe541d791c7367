import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'

type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem'

type QueueAction = 'ReceiveMessage' | 'DeleteMessage' | 'GetQueueAttributes'

/**
 * What a function may do, by action and, on a table, by partition key (`*` and `?` are wild). A
 * transaction needs the actions of its members.
 */
export type Grant =
  | {
      on: 'directory' | 'ephemeral'
      actions: readonly TableAction[]
      keys: readonly string[]
    }
  | { on: 'jwtKeys'; actions: readonly ('Sign' | 'GetPublicKey')[] }
  | { on: 'adminSessionKey'; actions: readonly ('Sign' | 'GetPublicKey')[] }
  | { on: 'samlSigningKeys'; actions: readonly ('Sign' | 'GetPublicKey')[] }
  | { on: 'samlEncryptionKeys'; actions: readonly ('Decrypt' | 'GetPublicKey')[] }
  | { on: 'provisioningQueue'; actions: readonly ('SendMessage' | 'GetQueueAttributes')[] }
  | { on: 'accessQueue'; actions: readonly 'SendMessage'[] }
  | {
      on: 'provisioningDeadLetters' | 'relayFailures' | 'accessDeadLetters'
      actions: readonly QueueAction[]
    }
  | { on: 'mail'; actions: readonly 'SendEmail'[] }

export type TableGrant = Extract<Grant, { keys: readonly string[] }>

/** What a function needs that does the same as several others: one grant for each action on a table. */
export function united(...lists: readonly (readonly TableGrant[])[]): TableGrant[] {
  const single = lists
    .flat()
    .flatMap(({ on, actions, keys }) => actions.map((action) => ({ on, action, keys })))
  return [...Map.groupBy(single, ({ on, action }) => `${on} ${action}`).values()].flatMap(
    (grants) => {
      const keys = [...new Set(grants.flatMap((grant) => grant.keys))]
      return grants.slice(0, 1).map(({ on, action }) => ({ on, actions: [action], keys }))
    },
  )
}

/** What the data stack keeps and functions are granted access to. */
export type Resources = {
  directory: TableV2
  ephemeral: TableV2
  /** The first one signs; the others verify, as they will sign next or have signed before. */
  jwtKeys: readonly IKey[]
  /** Signs the sessions of administrators, and nothing else. */
  adminSessionKey: IKey
  /** The first one signs; the others are published, as they will sign next or have signed before. */
  samlSigningKeys: readonly IKey[]
  /** All of them decrypt; providers should encrypt to the first. */
  samlEncryptionKeys: readonly IKey[]
  provisioningQueue: IQueue
  /** For whom access is to follow who is in which group. */
  accessQueue: IQueue
  /** What a consumer failed to take five times. */
  provisioningDeadLetters: IQueue
  /** Changes that a function gave up to follow: names of places in the stream. */
  relayFailures: IQueue
  /** For whom access could not follow five times. */
  accessDeadLetters: IQueue
  mail: MailSender
}

/** Who our mails are from, and the identity in SES that may send them. */
type MailSender = { from: string; identityArn: string }

/** The environment a grant implies: functions learn the names of what they may use, no others. */
export const environmentOf = (grants: readonly Grant[], resources: Resources) =>
  Object.assign({}, ...grants.map((grant) => variablesOf(grant, resources))) as Record<
    string,
    string
  >

function variablesOf(grant: Grant, resources: Resources): Record<string, string> {
  switch (grant.on) {
    case 'directory':
      return { DIRECTORY_TABLE: resources.directory.tableName }
    case 'ephemeral':
      return { EPHEMERAL_TABLE: resources.ephemeral.tableName }
    case 'jwtKeys':
      return { JWT_KEY_ARNS: arnsOf(resources.jwtKeys).join(',') }
    case 'adminSessionKey':
      return { ADMIN_SESSION_KEY_ARN: resources.adminSessionKey.keyArn }
    case 'samlSigningKeys':
      return { SAML_SIGNING_KEY_ARNS: arnsOf(resources.samlSigningKeys).join(',') }
    case 'samlEncryptionKeys':
      return { SAML_ENCRYPTION_KEY_ARNS: arnsOf(resources.samlEncryptionKeys).join(',') }
    case 'provisioningQueue':
      return { PROVISIONING_QUEUE_URL: resources.provisioningQueue.queueUrl }
    case 'accessQueue':
      return { ACCESS_QUEUE_URL: resources.accessQueue.queueUrl }
    case 'provisioningDeadLetters':
      return { PROVISIONING_DEAD_LETTERS_URL: resources.provisioningDeadLetters.queueUrl }
    case 'relayFailures':
      return { RELAY_FAILURES_URL: resources.relayFailures.queueUrl }
    case 'accessDeadLetters':
      return { ACCESS_DEAD_LETTERS_URL: resources.accessDeadLetters.queueUrl }
    case 'mail':
      return { MAIL_FROM: resources.mail.from }
    default:
      return grant satisfies never
  }
}

const arnsOf = (keys: readonly IKey[]) => keys.map(({ keyArn }) => keyArn)

/**
 * One IAM statement a grant. Written by hand because `table.grant()` also opens the indexes and the
 * whole key space (IAM: `dynamodb:LeadingKeys`).
 */
export function statementOf(grant: Grant, resources: Resources): PolicyStatement {
  switch (grant.on) {
    case 'directory':
    case 'ephemeral':
      return new PolicyStatement({
        actions: grant.actions.map((action) => `dynamodb:${action}`),
        resources: [resources[grant.on].tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': grant.keys } },
      })
    case 'adminSessionKey':
      return new PolicyStatement({
        actions: grant.actions.map((action) => `kms:${action}`),
        resources: [resources[grant.on].keyArn],
      })
    case 'jwtKeys':
    case 'samlSigningKeys':
    case 'samlEncryptionKeys':
      return new PolicyStatement({
        actions: grant.actions.map((action) => `kms:${action}`),
        resources: arnsOf(resources[grant.on]),
      })
    case 'provisioningQueue':
    case 'accessQueue':
    case 'provisioningDeadLetters':
    case 'relayFailures':
    case 'accessDeadLetters':
      return new PolicyStatement({
        actions: grant.actions.map((action) => `sqs:${action}`),
        resources: [resources[grant.on].queueArn],
      })
    case 'mail':
      return new PolicyStatement({
        actions: grant.actions.map((action) => `ses:${action}`),
        resources: [resources.mail.identityArn],
      })
    default:
      return grant satisfies never
  }
}
