import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '#shared/result.ts'
import type { Command } from './command.ts'
import { type Failure, usageFailure } from './failure.ts'

/** Options of every command. */
export const commonOptions = {
  url: {
    type: 'string',
    value: 'address',
    help: 'address of the deployment (default: the variable LATCHKEY_URL)',
  },
  json: { type: 'boolean', help: 'answer in JSON on stdout' },
  quiet: { type: 'boolean', help: 'show no progress' },
  help: { type: 'boolean', help: 'show this' },
} as const satisfies Command['options']

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>
export type CommandLine = { values: Values; operands: readonly string[] }

/** Reads what follows a command's name; an error says what is wrong with it. */
export function readCommandLine(
  command: Command,
  args: readonly string[],
): Result<CommandLine, Failure> {
  const read = parse(command, args)
  if (!read.ok) return read
  const { values, positionals: operands } = read.value
  if (values['help'] === true) return ok({ values, operands })
  const missing = command.operands[operands.length]
  if (missing !== undefined) return fail(usageFailure(`<${missing}> is missing`))
  const extra = operands[command.operands.length]
  if (extra !== undefined) return fail(usageFailure(`'${extra}' is one too many`))
  const unset = Object.entries(command.options).find(
    ([name, { isRequired }]) => isRequired && values[name] === undefined,
  )
  return unset ? fail(usageFailure(`--${unset[0]} is missing`)) : ok({ values, operands })
}

function parse(command: Command, args: readonly string[]) {
  const given = { ...command.options, ...commonOptions }
  const options = Object.fromEntries(
    Object.entries(given).map(([name, option]) => [
      name,
      { type: option.type, multiple: 'multiple' in option },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
    })
    return ok({ values: values as Values, positionals })
  } catch (error) {
    // Node's own sentence goes on about how to pass what looks like an option.
    if (!(error instanceof TypeError)) throw error
    return fail(usageFailure(error.message.split('. ', 1).join('')))
  }
}
