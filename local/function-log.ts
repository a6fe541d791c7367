import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type FunctionLog = Disposable & {
  onLog: (line: { functionName: string; text: string }) => void
  onProblem: (text: string) => void
}

/**
 * Writes what functions log to a file, one JSON object a line with the function's name in it.
 * Errors, problems of the stack, and whatever is no log line of Lambda's go to stderr as well.
 */
export function functionLog(file: string): FunctionLog {
  mkdirSync(dirname(file), { recursive: true })
  const descriptor = openSync(file, 'a', 0o600)
  const write = (line: object) => writeSync(descriptor, `${JSON.stringify(line)}\n`)
  return {
    onLog({ functionName, text }) {
      const line = logLine(text)
      write({ function: functionName, ...(line ?? { message: text }) })
      if (!line || line.level === 'ERROR') console.error(`${functionName} | ${text}`)
    },
    onProblem(text) {
      write({ timestamp: new Date().toISOString(), level: 'ERROR', message: text })
      console.error(text)
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function logLine(text: string): { level: unknown } | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null && 'level' in line ? line : undefined
  } catch {
    return undefined
  }
}
