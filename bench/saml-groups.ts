import { interleave, median, medianSlope, subject } from './interleave.ts'
import { entraResponses } from './saml-responses.ts'
import { validate } from './validate-response.ts'

/** How many groups, and how many calls make a sample of about equal length. */
const SIZES = [
  { groups: 30, calls: 200 },
  { groups: 300, calls: 50 },
  { groups: 3000, calls: 6 },
] as const

const WARM_UP_CALLS = 1000

/** What one more group costs, where there are few and where there are many. */
export async function measureGroups(now: number, rounds: number) {
  const responses = await entraResponses(
    now,
    SIZES.map(({ groups }) => groups),
  )
  const measured = SIZES.map(({ groups, calls }, index) => {
    const response = responses[index]
    if (!response) throw new Error(`no response with ${groups} groups`)
    const read = () => validate(response)
    for (let call = 0; call < WARM_UP_CALLS; call++) read()
    return { groups, bytes: Buffer.byteLength(response.base64, 'base64'), ...subject(calls, read) }
  })
  await interleave(measured, rounds)
  const [few, some, many] = measured
  if (!few || !some || !many) throw new Error('three sizes are needed')
  const slope = medianSlope(few, some, some.groups - few.groups)
  const slopeOfMany = medianSlope(some, many, many.groups - some.groups)
  const sizes = measured.map(({ groups, bytes, samples }) => ({
    groups,
    bytes,
    microseconds: median(samples),
    microsecondsPerGroup: median(samples) / groups,
  }))
  return { sizes, slope, slopeOfMany, slopeRatio: slopeOfMany / slope }
}
