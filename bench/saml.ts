import { parseArgs } from 'node:util'
import { readResponse } from '#shared/saml/read-response.ts'
import { verifyResponse } from '#shared/saml/verify-response.ts'
import { interleave, median, medianRatio, subject } from './interleave.ts'
import { cryptoFloor } from './saml-floor.ts'
import { type SignedResponse, signedResponses } from './saml-responses.ts'
import { samlifyLogin } from './saml-with-samlify.ts'

const HELP = `Usage: node bench/saml.ts [--rounds <n>]

Times the validation of a signed SAML response, from the base64 of the form field to the verified
assertion with all checks on, beside

  floor    SHA-256 over the digested bytes and one RSA-2048 verification of SignedInfo
  samlify  ServiceProvider.parseLoginResponse() with a schema validator that does nothing

Each runs in one process, in turn with ours. Figures are medians of CPU microseconds per call; ratios
are medians of the ratios of neighbouring samples, so a busy machine moves them little. Goals are
shown, never asserted: the exit code is 0. The last line is JSON.

  --rounds <n>  samples of each (default 60)
  --help        this text
`

/** Times the crypto floor at most (the gate) and at best, and how many times as fast as samlify. */
const GOALS = { floorRatio: 4, floorRatioAim: 2.5, samlifyRatio: 60 }

/** Calls before the first sample: V8's optimizing compiler has settled by then (Node 24). */
const WARM_UP_CALLS = 5000

/** What the ACS does. Refused fixtures would make the figures worthless. */
function validate({ base64, expected }: SignedResponse) {
  const read = readResponse(base64)
  if (!read.ok) throw new Error(`refused: ${read.error.cause}`)
  const verified = verifyResponse(read.value, expected)
  if (!verified.ok) throw new Error(`refused: ${verified.error.cause}`)
  return verified.value
}

async function measure(response: SignedResponse, rounds: number) {
  const { digestedBytes, run } = cryptoFloor(response)
  for (let call = 0; call < WARM_UP_CALLS; call++) validate(response)
  const ours = subject(100, () => validate(response))
  const floor = subject(300, run)
  await interleave([ours, floor], rounds)
  // A pair of its own: the garbage of samlify would be collected at the cost of its neighbours.
  const oursBesideSamlify = subject(100, () => validate(response))
  const samlify = subject(2, samlifyLogin(response))
  await interleave([oursBesideSamlify, samlify], Math.ceil(rounds / 4))
  return {
    shape: response.shape,
    bytes: Buffer.byteLength(response.base64, 'base64'),
    digestedBytes,
    oursMicroseconds: rounded(median(ours.samples)),
    floorMicroseconds: rounded(median(floor.samples)),
    samlifyMicroseconds: rounded(median(samlify.samples)),
    floorRatio: rounded(medianRatio(ours, floor)),
    samlifyRatio: rounded(medianRatio(samlify, oursBesideSamlify)),
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100

async function report(rounds: number) {
  const figures = []
  const responses = await signedResponses(Math.floor(Date.now() / 1000))
  for (const response of responses) figures.push(await measure(response, rounds))
  console.table(Object.fromEntries(figures.map(({ shape, ...rest }) => [shape, rest])))
  const { floorRatio, floorRatioAim, samlifyRatio } = GOALS
  console.log(`goals: floorRatio <= ${floorRatio} (aim ${floorRatioAim})`)
  console.log(`       samlifyRatio >= ${samlifyRatio}`)
  const machine = { node: process.version, arch: process.arch }
  console.log(JSON.stringify({ bench: 'saml', ...machine, rounds, goals: GOALS, figures }))
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else await report(Math.max(1, Number.parseInt(values.rounds, 10) || 1))
