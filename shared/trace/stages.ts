import type { Trace } from '../sign-in/ports.ts'
import { type Stage, stages } from './stage.ts'

/** A stage, and how it went. */
export type StageOutcome = { stage: Stage; outcome: 'passed' | 'failed' | 'not_reached' }

/** The last stage that a response passes which becomes a request of ours. */
const LAST_BEFORE_RESTART = 'document'

/** The stages of a sign-in, its start or a logout, by where it was refused. */
export function stagesOf({
  kind,
  outcome,
  stage: refusedAt,
}: Pick<Trace, 'kind' | 'outcome' | 'stage'>): readonly StageOutcome[] {
  const all: readonly Stage[] = stages[kind ?? 'sign-in']
  const failed = refusedAt === undefined ? all.length : all.indexOf(refusedAt)
  const passed = outcome === 'restarted' ? all.indexOf(LAST_BEFORE_RESTART) + 1 : failed
  return all.map((stage, index) => ({
    stage,
    outcome: index < passed ? 'passed' : index === failed ? 'failed' : 'not_reached',
  }))
}
