import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '#shared/result.ts'

export type StartOptions = {
  /** 0 takes a free one. */
  port: number
  isInMemory: boolean
  data?: string
  seed?: string
  hasDemo: boolean
  assembly?: string
  /** host:port */
  dns?: string
  log?: string
  isJson: boolean
  isHelp: boolean
}

export const usage = `Usage: npm start -- [options]

Starts Latchkey on this machine: the HTTP API, its functions and the AWS services they use.
Without --seed a demo comes with it: a product, and the identity provider of a customer.

  --port <number>      port of the HTTP API; 0 takes a free one (default 3000)
  --data <folder>      where data is kept (default .latchkey in the project)
  --memory             keep nothing
  --seed <file>        fill the stack from a seed file, without the demo
  --no-demo            start with an empty stack, or with what its data folder holds
  --assembly <folder>  run templates that have been synthesized before (npm run synth: cdk.out)
  --dns <address:port> ask this DNS server for the proof of domains
  --log <file>         where functions log (default functions.log in the data folder)
  --json               print one line of JSON to stdout when ready, and nothing else
  --help               print this

docs/local.md has more: the seed file, the JSON, what is emulated.`

const definitions = {
  port: { type: 'string', default: '3000' },
  data: { type: 'string' },
  memory: { type: 'boolean', default: false },
  seed: { type: 'string' },
  'no-demo': { type: 'boolean', default: false },
  assembly: { type: 'string' },
  dns: { type: 'string' },
  log: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Reads the command line; an error is one sentence. */
export function readStartOptions(args: readonly string[]): Result<StartOptions, string> {
  try {
    return check(parseArgs({ args: [...args], options: definitions }).values)
  } catch (error) {
    // Node's own sentence goes on about how to pass what looks like an option.
    if (error instanceof TypeError) return fail(error.message.split('. ', 1).join(''))
    throw error
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof definitions }>>['values']

function check(values: Values): Result<StartOptions, string> {
  const { port, memory, data, seed, assembly, dns, log } = values
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return fail(`--port must be a number from 0 to 65535, not '${port}'`)
  }
  if (memory && data !== undefined) return fail('--memory keeps no --data: choose one of them')
  if (dns !== undefined && !isServer(dns)) {
    return fail(`--dns must be an IP address and a port, such as 127.0.0.1:5353, not '${dns}'`)
  }
  return ok({
    port: Number(port),
    isInMemory: memory,
    ...(data !== undefined && { data }),
    ...(seed !== undefined && { seed }),
    hasDemo: seed === undefined && !values['no-demo'],
    ...(assembly !== undefined && { assembly }),
    ...(dns !== undefined && { dns }),
    ...(log !== undefined && { log }),
    isJson: values.json,
    isHelp: values.help,
  })
}

function isServer(text: string) {
  const [, six, four = '', port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? []
  return isIP(six ?? four) !== 0 && Number(port) <= 65_535
}
