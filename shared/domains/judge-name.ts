import { domainToASCII } from 'node:url'
import { fail, ok, type Result } from '../result.ts'
import type { NameCause } from './errors.ts'

/** Letters, digits and hyphens, two labels at least (RFC 1123 §2.1); no top-level domain is a number. */
const NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Whether a text is a domain as we store it: lower case, as DNS spells it, without a dot at the end. */
export const isDomainName = (text: string) => NAME.test(text)

/** What a URL would have besides a host: with it, the text is no name. */
const NO_NAME = /[\s/?#@:%\\[\]]/u

/**
 * Reads a name as an admin writes it: in any case, with a dot at its end, or in the letters of its
 * language (UTS 46, as browsers do).
 *
 * @returns undefined if it is no domain name
 */
export function readName(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.length > 512 || NO_NAME.test(trimmed)) return undefined
  const name = domainToASCII(trimmed.replace(/\.$/u, ''))
  return isDomainName(name) ? name : undefined
}

/** Reads a name and says whether an organization can claim it (R3). */
export async function judgeName(text: string): Promise<Result<string, NameCause>> {
  const name = readName(text)
  if (name === undefined) return fail('domain_malformed')
  // The lists are large, and only claims need them.
  const { listedCause } = await import('./name-lists.ts')
  const cause = listedCause(name)
  return cause ? fail(cause) : ok(name)
}
