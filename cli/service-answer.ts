import { fail, ok, type Result } from '#shared/result.ts'
import type { Failure } from './failure.ts'
import type { Answer } from './service.ts'

/** Reads what the service said: an answer, or why there is none. */
export function readAnswer(
  status: number,
  headers: Headers,
  text: string,
): Result<Answer, Failure> {
  const body = parse(text)
  if (status < 300 && body) return ok({ status, headers, body })
  if (headers.get('content-type') === 'application/problem+json' && body) {
    return fail(status < 500 ? refusal(body) : { kind: 'failed', message: refusal(body).message })
  }
  if (status === 403) {
    const message =
      'The service does not take your AWS credentials: check key, role, region and clock'
    return fail({ kind: 'unreachable', message })
  }
  return fail({ kind: 'failed', message: `The service answered ${status} ${text.slice(0, 200)}` })
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text === '') return {}
  try {
    return JSON.parse(text) as Record<string, unknown> // all answers of the service are objects
  } catch {
    return undefined
  }
}

function refusal({ type, title, detail, problems }: Record<string, unknown>): Failure {
  return {
    kind: 'refused',
    message: [title, detail].filter((part) => typeof part === 'string').join(': '),
    cause: String(type).replace(/^urn:latchkey:problem:/, ''),
    ...(Array.isArray(problems) && { problems }),
  }
}
