import { fold } from './fold.ts'

/** Local part and domain as RFC 5321 §4.1.2 has them without quoting; ASCII, one `@`. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)$/

/**
 * The domain of an e-mail address, lower case; undefined if it is not one address. Quoted local
 * parts, address literals and non-ASCII domains are refused: each is a way to look like another
 * address (R16).
 */
export function emailDomain(address: string): string | undefined {
  if (address.length > 254) return undefined
  return ADDRESS.exec(address)?.[1]?.toLowerCase()
}

/** The form in which addresses are unique inside an organization, and searched (R24). */
export const foldEmail = (address: string) => fold(address)
