import { type HttpResponse, respond } from './respond.ts'

/** What went wrong, for people and programs. `cause` is stable, `title` may be reworded. */
export type ProblemDetails = {
  status: number
  cause: string
  title: string
  detail?: string
  /** Which fields of the request are to blame. */
  problems?: readonly object[]
}

/** A problem as the administration API tells it (RFC 9457). */
export const problem = (
  { status, cause, title, detail, problems }: ProblemDetails,
  headers: Record<string, string> = {},
): HttpResponse =>
  respond(
    status,
    { 'content-type': 'application/problem+json', ...headers },
    JSON.stringify({ type: `urn:latchkey:problem:${cause}`, title, status, detail, problems }),
  )
