import type { LocalStack } from '#local/stack.ts'
import { requestSigner } from '#shared/aws/request-signer.ts'

export type OperatorAnswer = { status: number; body: Record<string, unknown> }
type Options = { body?: unknown; headers?: Record<string, string> }

/** Calls operator routes of a local stack as its operator. */
export function operatorCalls({ url, region }: LocalStack) {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' }
  const signer = requestSigner({ credentials, region, sendsBodyHash: true })
  return async (
    method: string,
    path: string,
    { body, headers = {} }: Options = {},
  ): Promise<OperatorAnswer> => {
    const address = new URL(path, url)
    const text = body === undefined ? undefined : JSON.stringify(body)
    const signed = await signer.sign({
      method,
      protocol: 'http:',
      hostname: address.hostname,
      path: address.pathname,
      query: Object.fromEntries(address.searchParams),
      headers: {
        host: address.host,
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    const { host: _, ...sent } = signed.headers
    const init = { method, headers: sent, ...(text !== undefined && { body: text }) }
    const response = await fetch(address, init)
    const answer = await response.text()
    return { status: response.status, body: answer === '' ? {} : JSON.parse(answer) }
  }
}
