import type { FieldProblem } from './field-problem.ts'
import { ORGANIZATION_CENTER } from './organization-center.ts'
import type { Product } from './types.ts'

/** The form of a product's key. */
export const isProductKey = (text: string) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)

/** What is wrong with a product beside the form of its fields; empty: nothing. */
export function checkProduct({
  key,
  landingUrl,
  logoutUrl,
  allowedPaths,
}: Product): FieldProblem[] {
  return [
    ...(isProductKey(key) ? [] : [{ field: 'key', cause: 'malformed', got: key.slice(0, 100) }]),
    ...(key === ORGANIZATION_CENTER ? [{ field: 'key', cause: 'reserved', got: key }] : []),
    ...(isPage(landingUrl) ? [] : [{ field: 'landingUrl', cause: 'malformed' }]),
    ...(logoutUrl === undefined || isPage(logoutUrl)
      ? []
      : [{ field: 'logoutUrl', cause: 'malformed' }]),
    ...allowedPaths.flatMap((path, index) =>
      /^\/(?!\/)[A-Za-z0-9\-._~!$&()*+,;=:@%/]*$/.test(path)
        ? []
        : [{ field: `allowedPaths[${index}]`, cause: 'malformed' }],
    ),
  ]
}

/** By https; http only on the machine itself, for development. */
function isPage(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLocal)
  return isSafe && username === '' && password === ''
}
