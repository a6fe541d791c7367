import type { Command } from './command.ts'
import { commonOptions } from './options.ts'

/** The help of the command line as a whole. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Usage: latchkey <command> [options]',
    '',
    'For the operators of a Latchkey deployment. Calls are signed with your AWS credentials; your role',
    'needs the policy that the output OperatorPolicyArn names.',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every command has --help. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by the service,',
    '4 service not reachable, or your credentials are not good for it.',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp({ name, summary, operands, options, details }: Command): string {
  const usage = ['Usage: latchkey', name, ...operands.map((operand) => `<${operand}>`), '[options]']
  return [
    usage.join(' '),
    '',
    `${summary}.`,
    ...(details ? ['', details] : []),
    '',
    ...optionLines(options),
    '',
    ...optionLines(commonOptions),
  ].join('\n')
}

function optionLines(options: Command['options']): string[] {
  const rows = Object.entries(options).map(([name, { value, help, isRequired, multiple }]) => {
    const notes = [...(isRequired ? ['required'] : []), ...(multiple ? ['repeatable'] : [])]
    const note = notes.length > 0 ? ` (${notes.join(', ')})` : ''
    return [`--${name}${value ? ` <${value}>` : ''}`, `${help}${note}`] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
