import type { Dependants } from '#shared/domains/errors.ts'
import type {
  ChangeError,
  ClaimChange,
  ClaimError,
  DomainStore,
  DueDomain,
  RecheckStore,
} from '#shared/domains/ports.ts'
import type { DomainClaim } from '#shared/domains/types.ts'
import type { Answered } from '#shared/idps/ports.ts'
import { fail, ok } from '#shared/result.ts'

export const now = 1_772_619_330
export const DAY = 24 * 3600
export const code = 'f7a1c1f0-6f0e-4a5b-8d7e-2f8b1d3c4e5a'
export const value = `latchkey-verification=${code}`

export const act = { actor: 'apikey:key_1', at: now }
export const target = { orgId: 'org_1', domain: 'acme.example', act } as const

/** A claim of yesterday, which can be proved. */
export const pending = (changes: Partial<DomainClaim> = {}): DomainClaim => ({
  domain: 'acme.example',
  orgId: 'org_1',
  state: 'pending',
  code,
  createdAt: now - DAY,
  endsAt: now + 9 * DAY,
  rev: 1,
  ...changes,
})

/** A domain that was proved by DNS yesterday. */
export function verified(changes: Partial<DomainClaim> = {}): DomainClaim {
  const { endsAt: _, ...claim } = pending()
  return { ...claim, state: 'verified', verifiedAt: now - DAY, method: 'dns', rev: 2, ...changes }
}

type Answers = {
  /** What each look finds, the last one for ever. */
  found?: readonly (DomainClaim | undefined)[]
  /** What the first writes end in. */
  errors?: readonly ChangeError[]
  claimError?: ClaimError
  /** Answers of earlier calls, one a look. */
  answered?: readonly (Answered | undefined)[]
  dependants?: Dependants
}

/** A store that answers what the test says, and remembers what was written. */
export function storeOf(answers: Answers = {}) {
  const { found = [pending()], errors = [], claimError, answered = [], dependants } = answers
  const written: { before: DomainClaim; change: ClaimChange }[] = []
  const claimed: { claim: DomainClaim; answered?: Answered }[] = []
  const released: DomainClaim[] = []
  const schedule: { postponed: [string, number][]; gone: string[] } = { postponed: [], gone: [] }
  const waiting = errors.values()
  const earlier = answered.values()
  let looks = 0
  const store: DomainStore & RecheckStore = {
    find: () => Promise.resolve(found[Math.min(looks++, found.length - 1)]),
    list: () => Promise.resolve({ rows: [] }),
    claim(claim, { answered: kept }) {
      claimed.push({ claim, ...(kept && { answered: kept }) })
      return Promise.resolve(claimError)
    },
    change(before, change) {
      const error = waiting.next().value
      if (error) return Promise.resolve(fail(error))
      written.push({ before, change })
      return Promise.resolve(ok({ ...change.claim, rev: before.rev + 1 }))
    },
    release(claim) {
      const error = waiting.next().value
      if (!error) released.push(claim)
      return Promise.resolve(error)
    },
    findDependants: () => Promise.resolve(dependants),
    findAnswer: () => Promise.resolve(earlier.next().value),
    listDue: () => Promise.resolve([]),
    postpone({ domain }: DueDomain, dueAt) {
      schedule.postponed.push([domain, dueAt])
      return Promise.resolve()
    },
    unschedule({ domain }) {
      schedule.gone.push(domain)
      return Promise.resolve()
    },
  }
  return { store, written, claimed, released, schedule, looks: () => looks }
}
