const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,12})?Z$/

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Reads a SAML time as epoch seconds, fractions cut off.
 *
 * Source: SAML Core 2.0 §1.3.3: xs:dateTime in UTC; without the `Z` it is not one of ours.
 */
export function parseDateTime(text: string): number | undefined {
  const match = DATE_TIME.exec(text)
  if (!match) return undefined
  const year = Number(match[1])
  const month = Number(match[2])
  const day = Number(match[3])
  const hour = Number(match[4])
  const minute = Number(match[5])
  const second = Number(match[6])
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
  const isTime = hour <= 23 && minute <= 59 && second <= 59
  if (!isDate || !isTime) return undefined
  // Date.UTC() takes the year 99 for 1999.
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day) / 1000
  return midnight + hour * 3600 + minute * 60 + second
}

const daysIn = (year: number, month: number) =>
  month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] ?? 0)

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
