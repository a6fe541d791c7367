import type { Result } from '#shared/result.ts'
import type { Failure } from './failure.ts'
import type { Service } from './service.ts'

type Option = {
  type: 'string' | 'boolean'
  /** May be given several times. */
  multiple?: true
  isRequired?: true
  /** What stands for the value in the help, for example `name`. */
  value?: string
  help: string
}

export type Command = {
  /** What it is called by, for example `org create`. */
  name: string
  summary: string
  /** What must follow the name, in order, for example `organization`. */
  operands: readonly string[]
  options: Readonly<Record<string, Option>>
  /** More of the help: paragraphs. */
  details?: string
  run: (call: Call) => Promise<Result<void, Failure>>
}

/** A command line that was understood. */
export type Call = {
  /** By name; those of the command are all there. */
  operand: (name: string) => string
  text: (option: string) => string | undefined
  texts: (option: string) => readonly string[]
  flag: (option: string) => boolean
  service: Service
  output: Output
  /** Aborted by Ctrl-C. */
  interrupted: AbortSignal
}

export type Output = {
  isJson: boolean
  /** What the command answers: as JSON with `--json`, else as text for people. */
  answer: (document: unknown, text: string) => void
  /** How far long work is: on stderr, and with `--quiet` nowhere. */
  progress: (text: string) => void
}
