import type { ResolveTxt, TxtRecord } from '../net/ports.ts'
import { PROOF_NAME, proofValue } from './proof.ts'
import { shownText } from './shown-text.ts'
import type { DnsFinding } from './types.ts'

/** A name that nobody uses may carry many; more are not looked at, and no more are shown. */
const MAX_RECORDS = 500
const MAX_SHOWN = 5

/**
 * Looks for the TXT record at the name itself, and where it is not there, at `<domain>.<domain>`,
 * where DNS hosts put it whose form adds the domain to what is entered (R2). Other TXT records are
 * none of our business.
 */
export async function askDns(
  resolveTxt: ResolveTxt,
  domain: string,
  code: string,
): Promise<DnsFinding> {
  const doubled = `${domain}.${domain}`
  const [here, there] = await Promise.all([
    resolveTxt(domain),
    doubled.length <= 253 ? resolveTxt(doubled) : undefined,
  ])
  if (!here.ok) return { outcome: 'could_not_ask', cause: here.error }
  const read = readTxt(here.value, code)
  if (read.outcome !== 'nothing_there') return read
  const isThere = there?.ok && readTxt(there.value, code).outcome !== 'nothing_there'
  return isThere ? { outcome: 'doubled_suffix', where: doubled } : read
}

/**
 * Reads the TXT records of a name. A record is a list of strings, which count as one text (RFC 7208
 * §3.3 has the custom); blanks around it do not count.
 */
export function readTxt(
  records: readonly TxtRecord[],
  code: string,
): Extract<DnsFinding, { outcome: 'found' | 'other_value' | 'nothing_there' }> {
  const texts = records.slice(0, MAX_RECORDS).map((strings) => strings.join('').trim())
  if (texts.includes(proofValue(code))) return { outcome: 'found' }
  const ours = texts.filter((text) => isMeantForUs(text, code))
  if (ours.length === 0) return { outcome: 'nothing_there' }
  return { outcome: 'other_value', got: ours.slice(0, MAX_SHOWN).map(shownText) }
}

/** Our name in any spelling, or the code without it. */
function isMeantForUs(text: string, code: string) {
  const lower = text.toLowerCase()
  return lower.includes(PROOF_NAME) || lower.includes(code)
}
