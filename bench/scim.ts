import { parseArgs } from 'node:util'
import { measureEngine } from './scim-engine.ts'
import { measureStore, SMALL } from './scim-store.ts'

const HELP = `Usage: node bench/scim.ts [--only engine|store] [--rounds <n>] [--users <n>] [--members <n>]

What SCIM costs.

  engine  CPU microseconds of a request without the store, from the text of the request and of the
          stored documents to the text of the answer, beside SCIMMY 1.3.5 over the same maps and in
          the same rounds. Medians; ratios are medians of the ratios of neighbouring samples.
  store   What a request asks of DynamoDB, in a directory of ${SMALL.users} users and in a large one: calls,
          how often it waits for them (rounds), read and write units. The functions' own handlers
          run in this process, with a DynamoDB Local of their own, and authenticate each request
          and count it; a create goes by the authentication of the one before. Each ratio is the worst one of these figures, large over small.

DynamoDB Local counts transactions low, so for each of their items AWS's rule is applied to what is
stored: two units for each KB. What is not found counts as a read, too.

In the large directory 400 users have all their items. The others have those that a list or a search
walks through: their userName and their place in the list; members of the large group have their
rows in it. All other items are read and written by their keys alone, so that it does not matter how
many there are. A million users take ten minutes of CPU time to be made.

Goals are shown, never asserted: the exit code is 0. The last line is JSON.

  --only <part>  one of the two
  --rounds <n>   samples of each request of the engine (default 40)
  --users <n>    of the large directory (default 1000000)
  --members <n>  of the group in it (default 100000); in the small one it has none
  --help         this text
`

/** CPU microseconds at most; sequential AWS calls at most; large over small at most. */
const GOALS = {
  engineMicroseconds: { 'GET user': 300, 'PATCH active': 500, 'page of 100': 3000 },
  rounds: {
    'create user': 1,
    'get user': 1,
    'userName eq': 2,
    'PATCH active': 2,
    'PATCH group, add one': 2,
    'PATCH group, remove one': 2,
  },
  storeRatio: 1.3,
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '40' },
    users: { type: 'string', default: '1000000' },
    members: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
})
const countOf = (text: string, least: number) => Math.max(least, Number.parseInt(text, 10) || 0)

if (values.help) console.log(HELP)
else {
  const rounds = countOf(values.rounds, 1)
  // Both pages of the bench have to be full.
  const large = { users: countOf(values.users, 300), members: countOf(values.members, 0) }
  const engine = values.only === 'store' ? undefined : await reportEngine(rounds)
  const store = values.only === 'engine' ? undefined : await reportStore(large)
  const machine = { node: process.version, arch: process.arch }
  const sizes = { rounds, small: SMALL, large }
  console.log(JSON.stringify({ bench: 'scim', ...machine, goals: GOALS, ...sizes, engine, store }))
}

async function reportEngine(rounds: number) {
  const figures = await measureEngine(rounds)
  console.table(Object.fromEntries(figures.map(({ operation, ...rest }) => [operation, rest])))
  console.log(`goals: oursMicroseconds <= ${JSON.stringify(GOALS.engineMicroseconds)}`)
  console.log('       the same of a group, whatever its members')
  return figures
}

async function reportStore(large: typeof SMALL) {
  console.error(`making ${large.users} users, a minute of CPU time for a hundred thousand`)
  const { fillSeconds, figures } = await measureStore(large)
  const shown = ({ calls, rounds, readUnits, writeUnits }: (typeof figures)[0]['small']) =>
    `${calls} / ${rounds} / ${readUnits} / ${writeUnits}`
  console.log(`${large.users} users, a group of ${large.members}: made in ${fillSeconds} s`)
  console.log('calls / rounds / read units / write units')
  console.table(
    Object.fromEntries(
      figures.map(({ operation, small, large: many, ratio }) => [
        operation,
        { [`of ${SMALL.users}`]: shown(small), [`of ${large.users}`]: shown(many), ratio },
      ]),
    ),
  )
  console.log(`goals: ratio <= ${GOALS.storeRatio}; rounds <= ${JSON.stringify(GOALS.rounds)}`)
  return { fillSeconds, figures }
}
