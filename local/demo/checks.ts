import { isDeepStrictEqual } from 'node:util'

/** Prints what is done and whether it holds, and counts. */
export type Checks = {
  step: (title: string) => void
  /** A request that is made. */
  hop: (text: string) => void
  /** @param what reads on with what it should be: `status is` */
  equal: (what: string, actual: unknown, expected: unknown) => void
  /** Something that should not have happened at all. */
  broke: (error: unknown) => void
  /** Prints the outcome; true if all held. */
  close: () => boolean
}

export function checks(print: (line: string) => void): Checks {
  let steps = 0
  let held = 0
  let failed = 0
  return {
    step: (title) => print(`\n${++steps}. ${title}`),
    hop: (text) => print(`   ${text}`),
    equal(what, actual, expected) {
      if (isDeepStrictEqual(actual, expected)) {
        held++
        print(`     ✓ ${what} ${textOf(expected)}`)
      } else {
        failed++
        print(`     ✗ ${what} ${textOf(actual)}, and not ${textOf(expected)}`)
      }
    },
    broke(error) {
      failed++
      print(`     ✗ ${error instanceof Error ? (error.stack ?? error.message) : error}`)
    },
    close() {
      const isGood = failed === 0
      print(
        isGood ? `\nAll ${held} checks held.` : `\n${failed} of ${held + failed} checks failed.`,
      )
      return isGood
    },
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
