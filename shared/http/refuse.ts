import { problem } from './problem.ts'
import { type ProblemCause, problemTable } from './problem-table.ts'
import type { HttpResponse } from './respond.ts'

/** How a cause is answered. The cause is stable; the title, for people, may be reworded. */
export type ProblemAnswer = { status: number; title: string }

type Details = {
  detail?: string
  /** Which fields of the request are to blame. */
  problems?: readonly object[] | undefined
  headers?: Record<string, string>
}

/** Answers with a problem of the administration API's table. */
export const refuse = (
  cause: ProblemCause,
  { detail, problems, headers = {} }: Details = {},
): HttpResponse =>
  problem(
    {
      cause,
      ...problemTable[cause],
      ...(detail !== undefined && { detail }),
      ...(problems && { problems }),
    },
    headers,
  )
