/** A path of names as clients write it: `name.familyName`, `urn:…:User:manager.value`. */
export function fullName([first = '', ...rest]: readonly string[]): string {
  if (!first.includes(':') || rest.length === 0) return [first, ...rest].join('.')
  return `${first}:${rest.join('.')}`
}
