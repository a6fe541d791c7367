import { once } from 'node:events'

/** What a process of the demo says first: where it is, or in one sentence why it cannot start. */
export type Started<Details> =
  | { kind: 'started'; details: Details }
  | { kind: 'failed'; reason: string }

/** The options that this process of the demo was started with. */
export const startOptions = <Options>() => JSON.parse(process.argv[2] ?? '{}') as Options

/**
 * Ties this process to its parent: it ends when the parent does, however that ends. Ctrl-C reaches
 * all processes of the terminal; here it is left to the parent.
 */
export function followParent() {
  process.on('SIGINT', () => {})
  process.once('disconnect', () => process.exit(0))
}

/** Tells the parent where this process is, and waits for the settings that it then sends. */
export async function introduce<Details, Settings>(
  start: () => Promise<Details>,
): Promise<Settings> {
  try {
    process.send?.({ kind: 'started', details: await start() })
  } catch (error) {
    process.send?.({ kind: 'failed', reason: error instanceof Error ? error.message : `${error}` })
  }
  const [settings] = (await once(process, 'message')) as [Settings] // from our own parent
  return settings
}
