import type { IncomingHttpHeaders } from 'node:http'

/** The services there are here, by their endpoint prefix. */
export type Service = 'dynamodb' | 'dynamodbstreams' | 'kms' | 'ses' | 'sqs'

/** An AWS API call as it arrives. */
export type Call = {
  /** The access key id that signed it: a function's name, or that of a test or script. */
  functionName: string
  service: Service
  /** For example PutItem. */
  operation: string
  body: Record<string, unknown>
}

const servicesByTarget: Readonly<Record<string, Service>> = {
  AmazonSQS: 'sqs',
  DynamoDBStreams_20120810: 'dynamodbstreams',
  DynamoDB_20120810: 'dynamodb',
  TrentService: 'kms',
}

const emailOperations: Readonly<Record<string, string>> = {
  'POST /v2/email/outbound-bulk-emails': 'SendBulkEmail',
  'POST /v2/email/outbound-emails': 'SendEmail',
}

type Request = {
  method?: string | undefined
  url?: string | undefined
  headers: IncomingHttpHeaders
}

/**
 * Reads who calls what. Undefined for a service that is not here or a body that is no JSON object.
 *
 * Source: Smithy 2.0, "AWS JSON 1.0 protocol" (`X-Amz-Target`); Amazon SES API v2 Reference;
 * AWS IAM User Guide, "Elements of an AWS API request signature".
 */
export function readCall({ method, url, headers }: Request, bytes: Buffer): Call | undefined {
  const body = parseObject(bytes)
  if (!body) return undefined
  const functionName = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? ''
  const [prefix = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.')
  const service = servicesByTarget[prefix]
  if (service && operation) return { functionName, service, operation, body }
  const [path = ''] = (url ?? '').split('?')
  if (!path.startsWith('/v2/email/')) return undefined
  const route = `${method} ${path}`
  return { functionName, service: 'ses', operation: emailOperations[route] ?? route, body }
}

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  if (bytes.length === 0) return {}
  try {
    const value: unknown = JSON.parse(bytes.toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
