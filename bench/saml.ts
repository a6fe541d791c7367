import { parseArgs } from 'node:util'
import { interleave, median, medianRatio, subject } from './interleave.ts'
import { cryptoFloor } from './saml-floor.ts'
import { measureGroups } from './saml-groups.ts'
import { encrypted, type SignedResponse, signedResponses } from './saml-responses.ts'
import { nodeSamlLogin } from './saml-with-node-saml.ts'
import { samlifyLogin } from './saml-with-samlify.ts'
import { validate, validateEncrypted } from './validate-response.ts'

const HELP = `Usage: node bench/saml.ts [--rounds <n>] [--groups]

Times the validation of a signed SAML response, from the base64 of the form field to the verified
assertion with all checks on, beside

  floor      SHA-256 over the digested bytes and one RSA-2048 verification of SignedInfo
  samlify    ServiceProvider.parseLoginResponse() with a schema validator that does nothing
  node-saml  SAML.validatePostResponseAsync()

and that of the first response with its assertion encrypted (AES-256-CBC, RSA-OAEP). What KMS does
then is left out: the content key is there at once.

Each runs in one process, in turn with ours. Figures are medians of CPU microseconds per call; ratios
are medians of the ratios of neighbouring samples, so a busy machine moves them little. Goals are
shown, never asserted: the exit code is 0. The last line is JSON.

  --rounds <n>  samples of each (default 60)
  --groups      what the number of groups costs instead: 30, 300 and 3,000 values
  --help        this text
`

/**
 * Times the crypto floor at most (the gate) and at best; how many times as fast as the others. The
 * slopes would differ by 10 if the cost were quadratic; they differ at all because V8 gives a string
 * of more than 128 KB pages of its own, from about 1,500 groups on.
 */
const GOALS = {
  floorRatio: 4,
  floorRatioAim: 2.5,
  samlifyRatio: 60,
  nodeSamlRatio: 40,
  encryptedRatio: 3,
  slopeRatio: 2,
}

/** Calls before the first sample: V8's optimizing compiler has settled by then (Node 24). */
const WARM_UP_CALLS = 5000

async function measure(response: SignedResponse, rounds: number) {
  const { digestedBytes, run } = cryptoFloor(response)
  for (let call = 0; call < WARM_UP_CALLS; call++) validate(response)
  const ours = subject(100, () => validate(response))
  const floor = subject(300, run)
  await interleave([ours, floor], rounds)
  const samlify = await measureBeside(response, samlifyLogin(response), rounds)
  const nodeSaml = await measureBeside(response, nodeSamlLogin(response), rounds)
  return {
    shape: response.shape,
    bytes: Buffer.byteLength(response.base64, 'base64'),
    digestedBytes,
    oursMicroseconds: rounded(median(ours.samples)),
    floorMicroseconds: rounded(median(floor.samples)),
    samlifyMicroseconds: samlify.microseconds,
    nodeSamlMicroseconds: nodeSaml.microseconds,
    floorRatio: rounded(medianRatio(ours, floor)),
    samlifyRatio: samlify.ratio,
    nodeSamlRatio: nodeSaml.ratio,
  }
}

/** A pair of its own: another's garbage would be collected at the cost of its neighbours. */
async function measureBeside(response: SignedResponse, run: () => unknown, rounds: number) {
  const ours = subject(100, () => validate(response))
  const other = subject(2, run)
  await interleave([ours, other], Math.ceil(rounds / 4))
  return { microseconds: rounded(median(other.samples)), ratio: rounded(medianRatio(other, ours)) }
}

async function measureEncrypted(response: SignedResponse, rounds: number) {
  const sealed = encrypted(response)
  for (let call = 0; call < WARM_UP_CALLS; call++) await validateEncrypted(sealed)
  const ours = subject(100, () => validateEncrypted(sealed))
  const signed = subject(100, () => validate(response))
  await interleave([ours, signed], rounds)
  return {
    shape: sealed.shape,
    bytes: Buffer.byteLength(sealed.base64, 'base64'),
    oursMicroseconds: rounded(median(ours.samples)),
    signedMicroseconds: rounded(median(signed.samples)),
    encryptedRatio: rounded(medianRatio(ours, signed)),
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100

const now = () => Math.floor(Date.now() / 1000)

async function report(rounds: number) {
  const figures: Record<string, unknown>[] = []
  const responses = await signedResponses(now())
  for (const response of responses) figures.push(await measure(response, rounds))
  const [first] = responses
  if (first) figures.push(await measureEncrypted(first, rounds))
  console.table(Object.fromEntries(figures.map(({ shape, ...rest }) => [shape, rest])))
  const { floorRatio, floorRatioAim, samlifyRatio, nodeSamlRatio, encryptedRatio } = GOALS
  console.log(`goals: floorRatio <= ${floorRatio} (aim ${floorRatioAim})`)
  console.log(`       samlifyRatio >= ${samlifyRatio}, nodeSamlRatio >= ${nodeSamlRatio}`)
  console.log(`       encryptedRatio <= ${encryptedRatio}`)
  printJson({ bench: 'saml', rounds, figures })
}

async function reportGroups(rounds: number) {
  const { sizes, slope, slopeOfMany, slopeRatio } = await measureGroups(now(), rounds)
  console.table(sizes.map((size) => mapValues(size)))
  console.log(
    `one more group: ${rounded(slope)} µs up to 300, ${rounded(slopeOfMany)} µs from there`,
  )
  console.log(`slopeRatio: ${rounded(slopeRatio)}, goal: <= ${GOALS.slopeRatio}`)
  printJson({ bench: 'saml-groups', rounds, sizes, slope, slopeOfMany, slopeRatio })
}

const mapValues = (size: Record<string, number>) =>
  Object.fromEntries(Object.entries(size).map(([name, value]) => [name, rounded(value)]))

function printJson(figures: object) {
  const machine = { node: process.version, arch: process.arch }
  console.log(JSON.stringify({ ...figures, ...machine, goals: GOALS }))
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '60' },
    groups: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 1)
if (values.help) console.log(HELP)
else if (values.groups) await reportGroups(rounds)
else await report(rounds)
