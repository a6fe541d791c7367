import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import type { HttpResponse } from '#shared/http/respond.ts'
import { runningStack } from '#test/flows/running-stack.ts'

/** The request of a function in events/. */
export const eventOf = <Event = APIGatewayProxyEventV2>(fn: string) =>
  JSON.parse(readFileSync(new URL(`../../events/${fn}.json`, import.meta.url), 'utf8')) as Event

/** Starts the stack and takes a function's environment: to be called before its handler is imported. */
export async function environmentOf(fn: string) {
  const running = await runningStack()
  Object.assign(process.env, running.stack.environmentOf(fn))
  return running
}

type Handler<Event, Answer> = (event: Event, context: Context) => Promise<Answer>

/** Invokes a handler as Lambda does, and keeps what it logs. */
export async function invoke<Event, Answer = HttpResponse>(
  t: TestContext,
  handler: Handler<Event, Answer>,
  event: Event,
) {
  const lines: string[] = []
  for (const level of ['info', 'warn', 'error'] as const) {
    t.mock.method(console, level, (line: object) => lines.push(JSON.stringify(line)))
  }
  // Our handlers read nothing of Lambda's context.
  const answer = await handler(event, {} as Context)
  t.mock.restoreAll()
  return { answer, lines }
}

/** The event of a form post, as API Gateway hands it on. */
export const withForm = (event: APIGatewayProxyEventV2, fields: Record<string, string>) => ({
  ...event,
  body: Buffer.from(new URLSearchParams(fields).toString()).toString('base64'),
})

/** The trace id that a page shows. */
export const traceIdIn = ({ body }: HttpResponse) =>
  /<code id="trace-id">(trc_[0-9a-f]{32})<\/code>/.exec(body)?.[1] ?? ''
