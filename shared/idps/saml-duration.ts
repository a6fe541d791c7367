const DURATION =
  /^P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,12})?S)?)?$/

const SECONDS = [31_536_000, 2_592_000, 86_400, 3600, 60, 1] as const

/**
 * Reads an xs:duration as seconds, or answers undefined; a year has 365 days here and a month 30,
 * which is near enough for how long to keep a document. Negative ones are none.
 *
 * Source: XML Schema Part 2 §3.2.6; SAML Metadata 2.0 §2.3.1 (cacheDuration).
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  return SECONDS.reduce((sum, seconds, part) => sum + seconds * Number(match[part + 1] ?? 0), 0)
}
