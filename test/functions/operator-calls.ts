import type { LocalStack } from '#local/stack.ts'
import { signedFetch } from '#test/flows/signed-fetch.ts'

export type OperatorAnswer = { status: number; body: Record<string, unknown> }
type Options = { body?: unknown; headers?: Record<string, string> }

/** Calls operator routes of a local stack as its operator. */
export function operatorCalls(stack: LocalStack) {
  const send = signedFetch(stack)
  return async (
    method: string,
    path: string,
    { body, headers = {} }: Options = {},
  ): Promise<OperatorAnswer> => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const type = text === undefined ? {} : { 'content-type': 'application/json' }
    const response = await send(path, { method, headers: { ...type, ...headers }, body: text })
    const answer = await response.text()
    return { status: response.status, body: answer === '' ? {} : JSON.parse(answer) }
  }
}
