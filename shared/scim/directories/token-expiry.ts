import type { ExpiringToken } from './ports.ts'

const DAY_SECONDS = 24 * 3600

/** Days before its end at which a token is warned of (R27). */
const warningDays = [30, 7, 1] as const

type Life = Pick<ExpiringToken, 'createdAt' | 'expiresAt'>

/** When which warning is given; none that would come as soon as the token is made. */
const warningsOf = ({ createdAt, expiresAt }: Life) =>
  warningDays
    .map((days) => ({ days, at: expiresAt - days * DAY_SECONDS }))
    .filter(({ at }) => at > createdAt)

/** The next moment at which there will be a warning to give; undefined: there is none. */
export const nextWarningAt = (token: Life, now: number): number | undefined =>
  warningsOf(token).find(({ at }) => at > now)?.at

/** The warning that is due: of several that were passed at once the last, and each once. */
export function dueWarning(token: ExpiringToken, now: number): number | undefined {
  const { warnedDays = Number.POSITIVE_INFINITY } = token
  const days = warningsOf(token).findLast(({ at }) => at <= now)?.days
  return days !== undefined && days < warnedDays ? days : undefined
}

/** Whole days that are left, rounded up. */
export const daysLeft = ({ expiresAt }: Life, now: number): number =>
  Math.ceil((expiresAt - now) / DAY_SECONDS)
