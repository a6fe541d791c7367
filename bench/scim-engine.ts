import assert from 'node:assert/strict'
import type { UserId } from '#shared/ids.ts'
import { interleave, median, medianRatio, subject } from './interleave.ts'
import {
  activeBody,
  addMemberBody,
  documentAt,
  groupBody,
  groupIdAt,
  userBody,
  userIdAt,
  userNameAt,
} from './scim-people.ts'
import { latchkeyEngine } from './scim-with-latchkey.ts'
import { scimmyEngine } from './scim-with-scimmy.ts'

/**
 * The requests of SCIM over maps of texts: a request's text in, the answer's text out. What is
 * written is made into text and dropped, so that every call finds the same.
 */
export type Engine = {
  getUser(id: string): Promise<string>
  createUser(body: string): Promise<string>
  patchUser(id: string, body: string): Promise<string>
  findUsers(filter: string): Promise<string>
  listUsers(count: number): Promise<string>
  patchGroup(id: string, body: string): Promise<string>
}

/** What engines answer from: users by id, ids by folded userName, documents and members of groups. */
export type Texts = {
  users: ReadonlyMap<string, string>
  names: ReadonlyMap<string, string>
  groups: ReadonlyMap<string, { text: string; members: readonly UserId[] }>
}

type Operation = {
  name: string
  run: (engine: Engine) => Promise<string>
  /** Calls of one sample. */
  calls: { ours: number; scimmy: number }
}

const USERS = 1000
/** Of the last group that the bench measures. */
const MEMBERS = 1000

const alone = { calls: { ours: 300, scimmy: 30 } }
const many = { calls: { ours: 10, scimmy: 1 } }

const operations = (): readonly Operation[] => {
  const [body, off] = [JSON.stringify(userBody(USERS)), JSON.stringify(activeBody(false))]
  const add = JSON.stringify(addMemberBody(userIdAt(USERS - 1)))
  const filter = `userName eq "${userNameAt(500)}"`
  const addTo = (size: number) => (engine: Engine) => engine.patchGroup(groupIdAt(size), add)
  return [
    { name: 'GET user', ...alone, run: (engine) => engine.getUser(userIdAt(500)) },
    { name: 'POST user', ...alone, run: (engine) => engine.createUser(body) },
    { name: 'PATCH active', ...alone, run: (engine) => engine.patchUser(userIdAt(500), off) },
    { name: 'userName eq', ...alone, run: (engine) => engine.findUsers(filter) },
    { name: 'page of 100', ...many, run: (engine) => engine.listUsers(100) },
    { name: 'PATCH add member, of 0', ...alone, run: addTo(0) },
    {
      name: `PATCH add member, of ${MEMBERS}`,
      calls: { ours: 300, scimmy: 1 },
      run: addTo(MEMBERS),
    },
  ]
}

/** CPU microseconds of a request without the store, beside SCIMMY's in the same rounds. */
export async function measureEngine(rounds: number) {
  const texts = newTexts()
  const [ours, scimmy] = [latchkeyEngine(texts), scimmyEngine(texts)]
  const figures: Record<string, unknown>[] = []
  for (const { name, run, calls } of operations()) {
    assert.deepEqual(factsOf(await run(ours)), factsOf(await run(scimmy)), name)
    for (let call = 0; call < calls.ours * WARM_UP_SAMPLES; call++) await run(ours)
    for (let call = 0; call < calls.scimmy * WARM_UP_SAMPLES; call++) await run(scimmy)
    const [one, other] = [
      subject(calls.ours, () => run(ours)),
      subject(calls.scimmy, () => run(scimmy)),
    ]
    await interleave([one, other], rounds)
    figures.push({
      operation: name,
      oursMicroseconds: rounded(median(one.samples)),
      scimmyMicroseconds: rounded(median(other.samples)),
      scimmyRatio: rounded(medianRatio(other, one)),
    })
  }
  return figures
}

const WARM_UP_SAMPLES = 10

function newTexts(): Texts {
  const all = Array.from({ length: USERS }, (_, at) => at)
  const { schemas: _, ...empty } = groupBody('Engineers')
  const groups = [0, MEMBERS].map((size) => {
    const members = all.slice(0, size).map(userIdAt)
    return [groupIdAt(size), { text: JSON.stringify(empty), members }] as const
  })
  return {
    users: new Map(all.map((at) => [userIdAt(at), JSON.stringify(documentAt(at))])),
    names: new Map(all.map((at) => [userNameAt(at), userIdAt(at)])),
    groups: new Map(groups),
  }
}

type Answered = { userName?: string; active?: boolean; displayName?: string }

/** What both must answer for their times to be worth comparing. */
function factsOf(text: string) {
  if (text === '') return []
  const answer = JSON.parse(text) as Answered & { Resources?: readonly Answered[] }
  return (answer.Resources ?? [answer]).map(({ userName, active, displayName }) => ({
    ...{ userName, active, displayName },
  }))
}

const rounded = (value: number) => Math.round(value * 100) / 100
