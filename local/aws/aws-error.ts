import type { ServerResponse } from 'node:http'
import type { Service } from './aws-call.ts'

type ErrorName = 'AccessDenied' | 'InternalFailure' | 'RequestTooLarge' | 'Serialization'

const kinds = {
  AccessDenied: { type: 'AccessDeniedException', status: 400 },
  InternalFailure: { type: 'InternalFailure', status: 500 },
  RequestTooLarge: { type: 'RequestEntityTooLargeException', status: 413 },
  Serialization: { type: 'SerializationException', status: 400 },
} as const satisfies Record<ErrorName, { type: string; status: number }>

/**
 * Answers an error in the shape of the service, so that an SDK client throws what it throws in AWS.
 * SQS still carries the code of its former protocol in a header, which SDKs then use as the name.
 *
 * Source: Smithy 2.0, "AWS JSON 1.0 protocol" and "awsQueryCompatible trait".
 */
export function answerError(
  response: ServerResponse,
  service: Service | undefined,
  { name, message }: { name: ErrorName; message: string },
): void {
  const { type, status } = kinds[name]
  const isRefusal = name === 'AccessDenied'
  const isRest = service === 'ses'
  response.writeHead(isRefusal && (isRest || service === 'sqs') ? 403 : status, {
    'content-type': contentTypes[service ?? 'dynamodb'],
    ...(isRest && { 'x-amzn-errortype': type }),
    ...(isRefusal && service === 'sqs' && { 'x-amzn-query-error': 'AccessDenied;Sender' }),
  })
  response.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }))
}

const contentTypes = {
  dynamodb: 'application/x-amz-json-1.0',
  dynamodbstreams: 'application/x-amz-json-1.0',
  kms: 'application/x-amz-json-1.1',
  ses: 'application/json',
  sqs: 'application/x-amz-json-1.0',
} as const satisfies Record<Service, string>
