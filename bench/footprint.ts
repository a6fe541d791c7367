import { parseArgs } from 'node:util'
import { bundleFunction, bundleSize, functionNames } from '#infra/bundle.ts'
import { countRounds } from './count-rounds.ts'
import { measureImports } from './measure-imports.ts'

const HELP = `Usage: node bench/footprint.ts

What each function weighs and how often it waits for AWS:

  size    minified bundle in KB, without its source map
  import  milliseconds that a fresh process takes to import it, beside the floor of a process that
          imports https and crypto alone; medians of interleaved runs
  rounds  sequential round trips to AWS of a warm call, counted on the local stack

Goals are shown, never asserted: the exit code is 0. The last line is JSON.
`

/** Bundle of the ACS; round trips of the hops of a sign-in, from a provider and from a portal. */
const GOALS = {
  ...{ acsKilobytes: 260, startRounds: 1, acsRounds: 2, redeemRounds: 2, importRatio: 4 },
  ...{ issueRounds: 2, hopRounds: 2 },
}

const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } })
if (values.help) {
  process.stdout.write(HELP)
} else {
  const folder = `dist/bench-${process.pid}`
  const sizes: Record<string, number> = {}
  for (const fn of functionNames()) {
    sizes[fn] = Math.round(bundleSize(await bundleFunction(fn, folder)) / 1024)
  }
  const imports = measureImports(folder, functionNames())
  const rounds = await countRounds()
  const figures = functionNames().map((fn) => ({
    fn,
    kilobytes: sizes[fn],
    importRatio: imports[fn],
    rounds: rounds[fn],
  }))
  console.table(figures)
  console.log('goals:', JSON.stringify(GOALS))
  console.log(JSON.stringify({ bench: 'footprint', node: process.version, goals: GOALS, figures }))
}
