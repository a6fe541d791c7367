import { fail, ok, type Result } from '#shared/result.ts'
import { type Failure, usageFailure } from './failure.ts'

/** Reads `--seats meetings=50`, as often as it is given. */
export function readSeats(texts: readonly string[]): Result<Record<string, number>, Failure> {
  const seats: [string, number][] = []
  for (const text of texts) {
    const [, product, count] = /^([a-z0-9-]+)=(\d{1,8})$/.exec(text) ?? []
    if (!product) return fail(usageFailure(`--seats is like meetings=50, not '${text}'`))
    seats.push([product, Number(count)])
  }
  return ok(Object.fromEntries(seats))
}

type Account = { id: string; name: string; seats: Record<string, number> }

/** An account as the service shows it, for people. */
export function accountText(account: object): string {
  const { id, name, seats } = account as Account
  const counts = Object.entries(seats).map(([product, count]) => `${product}=${count}`)
  return [id, name, ...counts].join('  ')
}
