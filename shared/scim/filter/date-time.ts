const DATE_TIME = /^(?<day>\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,12})?(?<zone>Z|[+-]\d\d:\d\d)?$/

/**
 * An xsd:dateTime as epoch milliseconds; without a zone it is in UTC.
 *
 * Source: RFC 7643 §2.3.5.
 */
export function parseInstant(text: string): number | undefined {
  const groups = DATE_TIME.exec(text)?.groups
  if (!groups) return undefined
  const midnight = Date.parse(`${groups['day']}T00:00:00Z`)
  // Date.parse() takes 30 February for 2 March.
  const isDay =
    !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(`${groups['day']}`)
  const instant = Date.parse(groups['zone'] ? text : `${text}Z`)
  return isDay && !Number.isNaN(instant) ? instant : undefined
}
