import { Resolver } from 'node:dns/promises'
import { fail, ok } from '../result.ts'
import type { ResolveCause, ResolveTxt } from './ports.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Each server gets two tries of this length, and all of them together no more than the deadline. */
const timing = { timeout: 1200, tries: 2 }
const DEADLINE_MS = 4000

/**
 * Asks the DNS servers of this environment; where it has `LOCAL_DNS_SERVER` (host:port), that one,
 * which no deployed function has: it is for the local stack and its tests.
 */
export const txtResolver =
  (
    { LOCAL_DNS_SERVER }: Environment,
    { deadlineMs = DEADLINE_MS, ...given }: Partial<typeof timing> & { deadlineMs?: number } = {},
  ): ResolveTxt =>
  async (name) => {
    const resolver = new Resolver({ ...timing, ...given })
    if (LOCAL_DNS_SERVER) resolver.setServers([LOCAL_DNS_SERVER])
    const deadline = setTimeout(() => resolver.cancel(), deadlineMs)
    try {
      return ok(await resolver.resolveTxt(name))
    } catch (error) {
      const code = codeOf(error)
      return NOT_THERE.has(code) ? ok([]) : fail(causes[code] ?? 'server_failure')
    } finally {
      clearTimeout(deadline)
    }
  }

/** The name does not exist, or has no such record. */
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA'])

const causes: Readonly<Record<string, ResolveCause>> = {
  ETIMEOUT: 'timeout',
  ECANCELLED: 'timeout',
  EREFUSED: 'refused',
  ECONNREFUSED: 'unreachable',
}

/** What is Node's own error code is a bug of ours. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string' || code.startsWith('ERR_')) throw error
  return code
}
