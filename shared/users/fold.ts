/**
 * The form in which texts are compared and searched: compatibility characters and letter case make
 * no difference, nor does how a Greek word ends. It does not change what it has made.
 *
 * Source: Unicode Standard Annex #15 (NFKC).
 */
export const fold = (text: string) =>
  text.toWellFormed().normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')

/** Longest folded name, so that it fits into a sort key of 1,024 bytes with an id. */
const MAX_LENGTH = 200

/** A name as it is searched for, by its beginning. */
export const foldName = (name: string) =>
  fold(name)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '') // half a character

type Names = { givenName?: string; familyName?: string; displayName?: string }

/**
 * What somebody is found by, folded: the name that is shown, and where they have one the family name
 * with the given name behind it. The first is what lists are ordered by; empty: no name.
 */
export function searchNames({ givenName = '', familyName = '', displayName = '' }: Names) {
  const shown = foldName(displayName) || foldName(`${givenName} ${familyName}`)
  const byFamily = familyName.trim() && foldName(`${familyName} ${givenName}`)
  return [...new Set([shown, byFamily])].filter((name) => name !== '')
}
