import type { OrgId } from '../ids.ts'
import type { ResolveCause } from '../net/ports.ts'

/** How a domain is proved: a TXT record at its name, or a file on its web server (R2). */
export type ProofMethod = 'dns' | 'file'

/** What a question for the TXT record found out. */
export type DnsFinding =
  | { outcome: 'found' }
  /** Something stands there that was meant for us, and is another value: cut and cleaned. */
  | { outcome: 'other_value'; got: readonly string[] }
  | { outcome: 'nothing_there' }
  /** The record stands at `<domain>.<domain>`: the DNS host has added the domain once more. */
  | { outcome: 'doubled_suffix'; where: string }
  /** None of these: nobody knows what is there. */
  | { outcome: 'could_not_ask'; cause: ResolveCause }

/** What a download of the file found out. */
export type FileFinding =
  | { outcome: 'found' }
  | { outcome: 'other_value'; got: readonly string[] }
  /** The server says that there is no such file, or the name has no address. */
  | { outcome: 'nothing_there'; status?: number }
  /** To another host, or to what is no https: it is not followed. */
  | { outcome: 'redirected'; where?: string }
  | { outcome: 'address_forbidden' }
  | { outcome: 'too_large' }
  | { outcome: 'could_not_ask'; cause: FileTrouble; got?: string }

type FileTrouble = 'timeout' | 'tls_failed' | 'unreachable' | 'server_error'

/** What was found where, and when (epoch seconds). */
export type ProofCheck = { at: number; dns?: DnsFinding; file?: FileFinding }

/**
 * A domain of an organization: claimed, then proved. A pending claim whose `endsAt` has come is
 * expired. `lapsed`: it was proved, and its record has been gone for longer than the grace period.
 */
export type DomainClaim = {
  domain: string
  orgId: OrgId
  state: 'pending' | 'verified' | 'lapsed'
  /** What proves it: a random UUID, good for this organization and domain. */
  code: string
  /** Times are epoch seconds. */
  createdAt: number
  /** While it is pending: its window, in which the code is good, ends then. */
  endsAt?: number
  verifiedAt?: number
  /** How it was proved last; `operator`: the vendor has vouched for it, and no proof was ever found. */
  method?: ProofMethod | 'operator'
  lastCheck?: ProofCheck
  /** Since when a proved domain's record has been missing, and when that has consequences. */
  missingSince?: number
  graceEndsAt?: number
  /** How many days of grace were left when administrators were last told. */
  warnedDays?: number
  lapsedAt?: number
  rev: number
}

/** What an admin sees: the stored state, and what the clock makes of it. */
export type ClaimState = DomainClaim['state'] | 'expired'

/** @param now epoch seconds */
export const stateOf = ({ state, endsAt = 0 }: DomainClaim, now: number): ClaimState =>
  state === 'pending' && endsAt <= now ? 'expired' : state
