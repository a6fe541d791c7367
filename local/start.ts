import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Seed } from '#local/seed/seed-file.ts'
import { describeProblems } from '#local/seed/seed-problem.ts'
import { readSeedFile } from '#local/seed/seed-reader.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { functionLog } from './function-log.ts'
import { startLatchkey } from './start-latchkey.ts'
import { readStartOptions, type StartOptions, usage } from './start-options.ts'
import { jsonSummary, textSummary } from './start-summary.ts'

/** Answers the exit code: 0 when it was asked to end, 1 if it cannot start, 2 for a wrong command. */
async function main(args: readonly string[]): Promise<number> {
  const options = readStartOptions(args)
  if (!options.ok) {
    console.error(`${options.error}\n\n${usage}`)
    return 2
  }
  if (options.value.isHelp) {
    console.log(usage)
    return 0
  }
  try {
    return await run(options.value)
  } catch (error) {
    console.error(isOurs(error) ? error.message : error)
    return 1
  }
}

/** What the stack throws on purpose is a plain Error with a sentence; a bug needs its stack trace. */
const isOurs = (error: unknown): error is Error =>
  error instanceof Error && error.constructor === Error

async function run(options: StartOptions): Promise<number> {
  const ending = endOnSignal()
  const seed = wantedSeed(options)
  if (!seed.ok) {
    console.error(seed.error)
    return 1
  }
  using folders = new DisposableStack()
  const folder = options.isInMemory ? undefined : resolve(options.data ?? projectData)
  const logs = resolve(options.log ?? join(folder ?? temporaryFolder(folders), 'functions.log'))
  using log = functionLog(logs)
  await using latchkey = await startLatchkey({
    port: options.port,
    ...(folder !== undefined && { folder }),
    ...(options.assembly !== undefined && { assembly: resolve(options.assembly) }),
    ...(options.dns !== undefined && { dnsServer: options.dns }),
    seed: seed.value,
    onLog: log.onLog,
    onProblem: log.onProblem,
    // A signal to the whole process group ends the demo before us: that is no news.
    onDeath: (sentence) => ending.isAsked() || log.onProblem(sentence),
  })
  const summary = options.isJson
    ? JSON.stringify(jsonSummary(latchkey, logs))
    : textSummary(latchkey, logs)
  if (!ending.isAsked()) console.log(summary)
  await ending.asked
  return 0
}

const projectData = fileURLToPath(new URL('../.latchkey', import.meta.url))

function wantedSeed({ seed, hasDemo }: StartOptions): Result<Seed | 'demo', string> {
  if (hasDemo) return ok('demo')
  if (seed === undefined) return ok({ organizations: [], products: [] })
  const read = readSeedFile(resolve(seed))
  return read.ok ? read : fail(`${seed} is not a seed file:\n${describeProblems(read.error)}`)
}

function temporaryFolder(folders: DisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-logs-'))
  folders.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Asking again, more than a second later, does not wait for what is still ending. */
function endOnSignal() {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  let since: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      since ??= performance.now()
      ask()
      // Within a second it is the same wish: npm passes Ctrl-C on to whom it has already reached.
      if (performance.now() - since > 1000) process.exit(1)
    })
  }
  return { asked, isAsked: () => since !== undefined }
}

process.exit(await main(process.argv.slice(2)))
