import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { answers } from '#test/flows/answers.ts'
import { assertMatches } from './expect.ts'
import { type ChanceRequest, chanceRequest } from './requests.ts'
import { type Answer, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/**
 * Proves that no request makes us fail: 5,000 of a seeded generator (requests.ts), right and wrong,
 * get no 5xx but the 501 of /Me, and every answer has the form of one; afterwards lists still have
 * what they say that they have.
 */
const REQUESTS = Number(process.env['SCIM_FUZZ_REQUESTS'] ?? 5000)
const AT_ONCE = 8
/** Each may ask 3,000 times a minute. */
const DIRECTORIES = 4
const SEED = Number(process.env['SCIM_FUZZ_SEED'] ?? 20_240_607)

/** A directory, and the ids in it that requests may name. */
type World = { scim: Scim; users: string[]; groups: string[] }

async function newWorld(): Promise<World> {
  const scim = await newScim()
  const users = [await scim.user({ userName: 'Name-1@nowhere.example' }), await scim.user()]
  const groups = [await scim.group(users.map(({ id }) => id)), await scim.group()]
  return { scim, users: users.map(({ id }) => id), groups: groups.map(({ id }) => id) }
}

describe('requests by chance', () => {
  const worlds: World[] = []
  before(async () => {
    for (let n = 0; n < DIRECTORIES; n++) worlds.push(await newWorld())
    answers.isByChance = true
  })
  after(() => {
    answers.isByChance = false
  })

  const problems: string[] = []
  const statuses = new Map<number, number>()

  test(`make us fail in none of ${REQUESTS} (seed ${SEED})`, async (t) => {
    const requests = fc.sample(chanceRequest, { numRuns: REQUESTS, seed: SEED }).values()
    const work = async (world: World) => {
      for (const request of requests) await sendOne(world, request)
    }
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => {
        const world = worlds[n % DIRECTORIES]
        return world && work(world)
      }),
    )
    const told = [...statuses].toSorted(([a], [b]) => a - b)
    t.diagnostic(JSON.stringify(told))
    assert.deepEqual(problems.slice(0, 10), [], `${problems.length} of ${JSON.stringify(told)}`)
  })

  test('get beyond the first check often enough', () => {
    const good = [200, 201, 204].map((status) => statuses.get(status) ?? 0)
    const total = good.reduce((sum, one) => sum + one, 0)
    assert.ok(total > REQUESTS / 5, JSON.stringify([...statuses]))
  })

  test('leave lists that have what they say', async () => {
    for (const { scim } of worlds) {
      for (const endpoint of ['/Users', '/Groups']) await isWhole(scim, endpoint)
    }
  })

  async function sendOne(world: World, request: ChanceRequest) {
    const { method, path, body, headers, query, pick } = request
    const fill = (text: string) =>
      text
        .replaceAll('{user}', world.users[pick % world.users.length] ?? 'x')
        .replaceAll('{group}', world.groups[pick % world.groups.length] ?? 'x')
    const parameters = new URLSearchParams(
      query.map(([name, value]): [string, string] => [name, fill(value)]),
    )
    const sent = { headers, ...(body !== undefined && { body: fill(body) }) }
    const at = `${fill(path)}${parameters.size > 0 ? `?${parameters}` : ''}`
    try {
      const answer = await world.scim.call(method, at, sent)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      judge(request, answer)
      if (answer.status === 201) keep(world, answer)
      if (method === 'DELETE' && answer.status === 204) forget(world, at)
    } catch (error) {
      problems.push(`${method} ${at} ${sent.body}: ${String(error)}`)
    }
  }
})

/** As many resources in a list as it says, each once. */
async function isWhole(scim: Scim, endpoint: string) {
  const seen: string[] = []
  let total = 1
  for (let startIndex = 1; startIndex <= total; startIndex += 100) {
    const query = `startIndex=${startIndex}&count=100&excludedAttributes=members`
    const answer = await scim.get(`${endpoint}?${query}`)
    total = Number(answer.body['totalResults'])
    seen.push(...resourcesOf(answer).map(({ id }) => id))
  }
  assert.equal(seen.length, total, endpoint)
  assert.equal(new Set(seen).size, total, endpoint)
}

/** So few that requests meet. */
const KEPT = 12

function keep({ users, groups }: World, { body }: Answer) {
  const id = String(body['id'])
  const kept = id.startsWith('usr_') ? users : groups
  kept.unshift(id)
  kept.splice(KEPT)
}

function forget(world: World, path: string) {
  const id = path.split(/[/?]/)[2]
  if (world.users.length > 2) world.users = world.users.filter((one) => one !== id)
  if (world.groups.length > 2) world.groups = world.groups.filter((one) => one !== id)
}

function judge({ path }: ChanceRequest, { status, headers, text, body }: Answer) {
  const isMe = new URL(`http://host${path}`).pathname.startsWith('/Me')
  assert.ok(status < 500 || (status === 501 && isMe), `${status} ${text}`)
  assert.notEqual(status, 429)
  if (status === 204 || status === 304) return assert.equal(text, '')
  // What is no path at all the gateway answers itself.
  if (headers.get('content-type')?.startsWith('application/json') && status === 404) return
  assert.match(headers.get('content-type') ?? '', /^application\/scim\+json/)
  if (status >= 400) {
    assertMatches(body, { schemas: [urn.error], status: String(status), detail: '~/./' })
  } else {
    assertMatches(body['schemas'], '~object')
  }
}
