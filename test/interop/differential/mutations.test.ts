import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { judgeMutatedEncryption } from '#test/fixtures/saml/differential/mutated-encryption.ts'
import {
  judgeMutatedResponses,
  mutationSeed,
  type Outcome,
} from '#test/fixtures/saml/differential/mutated-responses.ts'

const RUNS = 200_000

/** Beside them. */
const ENCRYPTED_RUNS = 20_000

/** Each has a seed of its own: that which is printed, and the following ones. */
const WORKERS = 4

type Outcomes = Readonly<Record<string, Outcome>>

async function judgeInWorker(seed: number): Promise<Outcomes> {
  const worker = new Worker(import.meta.filename, { workerData: seed })
  const [outcomes] = await once(worker, 'message')
  return outcomes
}

/** Sums of what all workers saw of each kind. */
function total(parts: readonly Outcomes[]): Record<string, Outcome> {
  const sums: Record<string, Outcome> = {}
  for (const [kind, { runs, accepted, causes }] of parts.flatMap(Object.entries<Outcome>)) {
    const sum = sums[kind] ?? { runs: 0, accepted: 0, causes: {} }
    sums[kind] = sum
    sum.runs += runs
    sum.accepted += accepted
    for (const [cause, count] of Object.entries(causes)) {
      sum.causes[cause] = (sum.causes[cause] ?? 0) + count
    }
  }
  return sums
}

if (isMainThread) {
  test(`verifyResponse reads nobody else out of ${RUNS} changed responses`, async (t) => {
    const seed = mutationSeed()
    t.diagnostic(`FC_SEED=${seed}`)
    const seeds = Array.from({ length: WORKERS }, (_, index) => seed + index)
    const outcomes = total(await Promise.all(seeds.map(judgeInWorker)))
    let runs = 0
    for (const [kind, outcome] of Object.entries(outcomes)) {
      t.diagnostic(`${kind}: ${JSON.stringify(outcome)}`)
      assert.ok(outcome.accepted > 0, `${kind}: no change left a response good`)
      runs += outcome.runs
    }
    assert.ok(runs >= RUNS + ENCRYPTED_RUNS)
  })
} else {
  const outcomes = await judgeMutatedResponses(RUNS / WORKERS, workerData)
  const encryption = await judgeMutatedEncryption(ENCRYPTED_RUNS / WORKERS, workerData)
  parentPort?.postMessage({ ...outcomes, encryption })
}
