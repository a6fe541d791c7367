import type { Template } from '#local/template/template.ts'
import type { Call } from './aws-call.ts'
import { dynamodbAccess } from './dynamodb-access.ts'
import type { AccessRequest } from './iam.ts'

type WireCall = Pick<Call, 'service' | 'operation' | 'body'>

/** What tells which resources a call is about. */
export type Catalogue = Pick<Template, 'place' | 'tables' | 'keys' | 'aliases'>

/**
 * What a call needs to be allowed. Throws on a body that is no request of its service.
 *
 * Source: AWS Service Authorization Reference.
 */
export function accessRequests(call: WireCall, catalogue: Catalogue): AccessRequest[] {
  const requests = accessByService(call, catalogue)
  if (requests.length === 0) throw new Error('the request names no resource')
  return requests
}

function accessByService(call: WireCall, catalogue: Catalogue): AccessRequest[] {
  const { service, operation, body } = call
  switch (service) {
    case 'dynamodb':
      return dynamodbAccess(call, catalogue)
    case 'dynamodbstreams':
      return [access(`dynamodb:${operation}`, textOf(body['StreamArn']))]
    case 'kms':
      return [access(`kms:${operation}`, keyArn(textOf(body['KeyId']), catalogue))]
    case 'ses':
      return sesAccess(call, catalogue)
    case 'sqs':
      return [sqsAccess(call, catalogue)]
    default:
      return service satisfies never
  }
}

const access = (action: string, resource: string): AccessRequest => ({
  action,
  resource,
  leadingKeys: undefined,
})

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

/** A batch is allowed by the action of its entries. */
function sqsAccess({ operation, body }: WireCall, { place }: Catalogue) {
  const queue = textOf(body['QueueUrl'] ?? body['QueueName'])
    .split('/')
    .at(-1)
  const action = `sqs:${operation.replace(/Batch$/, '')}`
  return access(action, `arn:aws:sqs:${place.region}:${place.accountId}:${queue}`)
}

/** IAM knows keys by ARN only: whoever names an alias must be allowed the key behind it. */
function keyArn(keyId: string, { place, keys, aliases }: Catalogue): string {
  const aliasName = /(?:^|:)(alias\/.+)$/.exec(keyId)?.[1]
  const target = aliasName ? aliases.find((alias) => alias.aliasName === aliasName) : undefined
  const wanted = target?.targetKeyId ?? keyId
  const key = keys.find((key) => key.arn === wanted || key.keyId === wanted)
  return key?.arn ?? `arn:aws:kms:${place.region}:${place.accountId}:key/${wanted}`
}

/** Sending needs the identity (here always the sender's domain) and the configuration set. */
function sesAccess({ operation, body }: WireCall, { place }: Catalogue): AccessRequest[] {
  const prefix = `arn:aws:ses:${place.region}:${place.accountId}`
  const action = `ses:${operation}`
  const domain = /@([^@>]+)>?\s*$/.exec(textOf(body['FromEmailAddress']))?.[1] ?? ''
  const set = textOf(body['ConfigurationSetName'])
  return [
    access(action, `${prefix}:identity/${domain}`),
    ...(set ? [access(action, `${prefix}:configuration-set/${set}`)] : []),
  ]
}
