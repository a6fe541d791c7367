import type { Call, Command } from '#cli/command.ts'
import type { Failure } from '#cli/failure.ts'
import { examineSender } from '#cli/mail-check.ts'
import { isLoopback } from '#cli/service.ts'
import { examineTables } from '#cli/table-checks.ts'
import type { Finding } from '#shared/operations/examine.ts'
import { fail, ok, type Result } from '#shared/result.ts'

/** SigV4 allows five minutes. */
const MAX_SKEW_SECONDS = 60

export const doctor: Command = {
  name: 'doctor',
  summary: 'Examine a deployment: tables, keys, queues, address, clock',
  operands: [],
  options: {
    'mail-from': {
      type: 'string',
      value: 'address',
      help: 'who mails are from, if you deployed with -c mailFrom=',
    },
  },
  details: [
    'What functions can see is asked through the service. TTL, point-in-time recovery and deletion',
    'protection of the tables, and the sender of mails, are asked with your own credentials',
    '(dynamodb:DescribeTable, DescribeTimeToLive, DescribeContinuousBackups, ses:GetEmailIdentity):',
    'where they are not enough, that is a warning. On a local stack, which has none of it, not at all.',
    'Exits with 1 if anything failed.',
  ].join('\n'),
  async run(call) {
    const examined = await examineAll(call)
    if (!examined.ok) return examined
    const findings = examined.value
    call.output.answer({ findings }, findings.map(textOf).join('\n'))
    const failed = findings.filter(({ status }) => status === 'fail')
    if (failed.length === 0) return ok(undefined)
    return fail({ kind: 'failed', message: `${failed.length} of ${findings.length} checks failed` })
  },
}

async function examineAll({ service, output, text }: Call): Promise<Result<Finding[], Failure>> {
  output.progress('asking the service')
  const begun = Date.now()
  const inside = await service.call({ method: 'GET', path: ['operator', 'doctor'] })
  if (!inside.ok) return inside
  const { findings, time, publicUrl, tables } = inside.value.body
  const middle = (begun + Date.now()) / 2
  output.progress('asking AWS')
  const { hostname } = new URL(String(publicUrl))
  const from = text('mail-from') ?? `no-reply@${hostname}`
  const outside = isLoopback(hostname)
    ? []
    : await Promise.all([...(tables as string[]).map(examineTables), examineSender(from)])
  return ok([
    ...(findings as Finding[]),
    ...outside.flat(),
    await examineAddress(String(publicUrl), service.url ?? ''),
    examineClock((Date.parse(String(time)) - middle) / 1000),
  ])
}

/** Whether providers and products find us where we say that we are. */
async function examineAddress(publicUrl: string, url: string): Promise<Finding> {
  const check = 'public address'
  const advice = 'deploy with -c publicUrl=… as people reach it'
  try {
    const signal = AbortSignal.timeout(10_000)
    const { status } = await fetch(new URL('/.well-known/jwks.json', publicUrl), { signal })
    if (status !== 200) {
      return { check, status: 'fail', detail: `${publicUrl} answers ${status}`, advice }
    }
  } catch {
    return { check, status: 'fail', detail: `${publicUrl} cannot be reached`, advice }
  }
  const isSame = new URL(publicUrl).origin === new URL(url).origin
  const detail = isSame ? publicUrl : `${publicUrl}, while you asked ${url}`
  return { check, status: 'ok', detail }
}

function examineClock(skewSeconds: number): Finding {
  const detail = `yours differs by ${Math.round(Math.abs(skewSeconds))} s`
  if (Math.abs(skewSeconds) <= MAX_SKEW_SECONDS) return { check: 'clock', status: 'ok', detail }
  return { check: 'clock', status: 'warn', detail, advice: 'set your clock: AWS allows 5 minutes' }
}

const textOf = ({ check, status, detail, advice }: Finding) =>
  `${status.padEnd(5)}${check}: ${detail}${advice ? `\n     ${advice}` : ''}`
