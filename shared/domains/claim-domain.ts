import type { Act } from '../idps/ports.ts'
import type { OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { type DomainRefusal, refused } from './errors.ts'
import { judgeName } from './judge-name.ts'
import type { DomainStore } from './ports.ts'
import { newCode } from './proof.ts'
import type { DomainClaim } from './types.ts'

type Store = Pick<DomainStore, 'claim' | 'findAnswer'>

type Asked = {
  orgId: OrgId
  /** As an admin writes it. */
  name: string
  act: Act
  /** Makes the answer that is kept. */
  answer: (claim: DomainClaim) => string
  /** Names the call, where it may come again with the same meaning. */
  repeatable?: { keyHash: string; callHash: string } | undefined
}

const ANSWER_SECONDS = 24 * 3600

/**
 * Claims a domain (R2, R3). Whether another organization has it makes no difference here: claims tell
 * nothing about others, only the proof can fail. A call that comes again gets the first one's answer.
 */
export async function claimDomain(
  store: Store,
  asked: Asked,
): Promise<Result<string, DomainRefusal>> {
  const answered = await earlierAnswer(store, asked)
  if (answered) return answered
  const { orgId, name, act, repeatable } = asked
  const judged = await judgeName(name)
  if (!judged.ok) return refused(judged.error)
  const claim: DomainClaim = {
    domain: judged.value,
    orgId,
    state: 'pending',
    ...newCode(act.at),
    createdAt: act.at,
    rev: 1,
  }
  const answer = asked.answer(claim)
  const kept = repeatable && { ...repeatable, answer, expiresAt: act.at + ANSWER_SECONDS }
  const error = await store.claim(claim, { ...(kept && { answered: kept }), act })
  if (error === undefined) return ok(answer)
  if (error !== 'already_answered') return refused(error)
  const earlier = await earlierAnswer(store, asked)
  if (!earlier) throw new Error('an answer that was kept is gone')
  return earlier
}

async function earlierAnswer(store: Store, { repeatable, act }: Asked) {
  const answered = repeatable && (await store.findAnswer(repeatable.keyHash, act.at))
  if (!answered) return undefined
  const isSame = answered.callHash === repeatable.callHash
  return isSame ? ok(answered.answer) : fail<DomainRefusal>({ cause: 'key_reused' })
}
