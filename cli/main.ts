import { fail, type Result } from '#shared/result.ts'
import type { Call, Command, Output } from './command.ts'
import { commands } from './commands.ts'
import { exitCodes, type Failure, usageFailure } from './failure.ts'
import { commandHelp, generalHelp } from './help.ts'
import { type CommandLine, readCommandLine } from './options.ts'
import { operatorService } from './service.ts'

/** Answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const command = commands.find(({ name }) => isCalled(name, args))
  if (!command) return unknownCommand(args)
  const read = readCommandLine(command, args.slice(command.name.split(' ').length))
  const isJson = args.includes('--json')
  if (!read.ok) {
    return failed(read.error, isJson, `See latchkey ${command.name} --help.`)
  }
  if (read.value.values['help'] === true) {
    console.log(commandHelp(command))
    return 0
  }
  const result = await run(command, read.value)
  return result.ok ? 0 : failed(result.error, isJson)
}

const isCalled = (name: string, args: readonly string[]) =>
  name.split(' ').every((word, position) => args[position] === word)

function unknownCommand(args: readonly string[]): number {
  const [first] = args
  if (first === '--help' || first === 'help') {
    console.log(generalHelp(commands))
    return 0
  }
  if (first === undefined) {
    console.error(generalHelp(commands))
    return exitCodes.usage
  }
  const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (inGroup.length > 0 && args[1] === '--help') {
    console.log(generalHelp(inGroup))
    return 0
  }
  const words = args.filter((word) => !word.startsWith('-')).slice(0, 2)
  const failure = usageFailure(`There is no command '${words.join(' ')}'`)
  return failed(failure, args.includes('--json'), 'See latchkey --help.')
}

async function run(command: Command, line: CommandLine): Promise<Result<void, Failure>> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  process.once('SIGTERM', () => interrupted.abort())
  try {
    return await command.run(callOf(command, line, interrupted.signal))
  } catch (error) {
    if (process.env['LATCHKEY_DEBUG']) console.error(error)
    return fail({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

function callOf(command: Command, line: CommandLine, interrupted: AbortSignal): Call {
  const { values, operands } = line
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  const texts = (name: string) => (Array.isArray(values[name]) ? values[name] : [])
  const url = text('url') ?? process.env['LATCHKEY_URL']
  return {
    operand: (name) => operands[command.operands.indexOf(name)] ?? '',
    text,
    texts,
    flag: (name) => values[name] === true,
    service: operatorService({ url, interrupted }),
    output: outputOf(values['json'] === true, values['quiet'] === true),
    interrupted,
  }
}

const outputOf = (isJson: boolean, isQuiet: boolean): Output => ({
  isJson,
  answer: (document, text) => {
    const shown = isJson ? JSON.stringify(document) : text
    if (shown !== '') console.log(shown)
  },
  progress: (text) => {
    if (!isQuiet) console.error(text)
  },
})

function failed({ kind, ...failure }: Failure, isJson: boolean, hint = ''): number {
  if (isJson) console.error(JSON.stringify({ error: { kind, ...failure } }))
  else {
    console.error(`latchkey: ${failure.message}`)
    for (const problem of failure.problems ?? []) console.error(`  ${describe(problem)}`)
    if (hint !== '') console.error(hint)
  }
  return exitCodes[kind]
}

/** A problem as the service tells it: its fields in a line. */
const describe = (problem: unknown) =>
  Object.entries(problem as object)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')

process.exitCode = await main(process.argv.slice(2))
