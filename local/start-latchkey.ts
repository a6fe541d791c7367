import { join } from 'node:path'
import { seedStack } from '#local/seed/seed.ts'
import type { Seeded } from '#local/seed/seed-answer.ts'
import type { Seed } from '#local/seed/seed-file.ts'
import { describeProblems, type SeedProblem } from '#local/seed/seed-problem.ts'
import { readSeed } from '#local/seed/seed-reader.ts'
import { seedRecord } from '#local/seed/seed-record.ts'
import type { Result } from '#shared/result.ts'
import { type Demo, startDemo } from './demo/demo.ts'
import { owned } from './owned.ts'
import { type LocalStack, type StackOptions, startStack } from './stack.ts'

type Options = Pick<StackOptions, 'assembly' | 'dnsServer' | 'onLog' | 'onProblem'> & {
  /** Of the HTTP API; 0 takes a free one. */
  port: number
  /** Where data is kept, as an absolute path; without it nothing is. */
  folder?: string
  /** What the stack is filled with. */
  seed: Seed | 'demo'
  /** Called if a part of the demo ends by itself. */
  onDeath: (sentence: string) => void
}

/** A stack that can be used, and the demo if that was asked for. */
export type Latchkey = AsyncDisposable & { stack: LocalStack; seeded: Seeded; demo?: Demo }

/** Starts a stack and the demo side by side, and fills the stack. If one fails, all are ended. */
export async function startLatchkey({
  port,
  folder,
  seed,
  onDeath,
  ...options
}: Options): Promise<Latchkey> {
  await using parts = new AsyncDisposableStack()
  const place = folder === undefined ? { memory: true } : { dataDir: folder }
  const demoOptions = { apiPort: port, onDeath, ...(folder !== undefined && { folder }) }
  const [stack, demo] = await Promise.all([
    owned(startStack({ port, ...place, ...options }), parts),
    seed === 'demo' ? owned(startDemo(demoOptions), parts) : undefined,
  ])
  const wanted = seed === 'demo' ? valid(readSeed(demo?.seed, '.')) : seed
  const record = seedRecord(folder && join(folder, 'seeds.json'))
  const seeded = valid(await seedStack(stack, wanted, record))
  demo?.connect(seeded)
  const running = parts.move()
  return {
    stack,
    seeded,
    ...(demo && { demo }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function valid<T>(result: Result<T, readonly SeedProblem[]>): T {
  if (result.ok) return result.value
  throw new Error(`The stack cannot be seeded:\n${describeProblems(result.error)}`)
}
