import { methodNotAllowed, notFound, notImplemented, type ScimError } from '../errors.ts'

const resourceMethods = ['GET', 'PUT', 'PATCH', 'DELETE'] as const

/** What there is below a directory, and the methods that it takes: as infra/scim-routes.ts has it. */
export const knownPaths: Readonly<Record<string, readonly string[]>> = {
  '/Users': ['GET', 'POST'],
  '/Users/.search': ['POST'],
  '/Users/{id}': resourceMethods,
  '/Groups': ['GET', 'POST'],
  '/Groups/.search': ['POST'],
  '/Groups/{id}': resourceMethods,
  '/Bulk': ['POST'],
  '/.search': ['POST'],
  '/ServiceProviderConfig': ['GET'],
  '/ResourceTypes': ['GET'],
  '/ResourceTypes/{id}': ['GET'],
  '/Schemas': ['GET'],
  '/Schemas/{id}': ['GET'],
}

/**
 * Why no route takes a request: there is nothing at its path, or something that takes other methods.
 *
 * @param path below the directory: `/Users`
 */
export function noRouteFor(method: string, path: string): ScimError {
  if (/^\/Me(?:\/|$)/.test(path)) return notImplemented('No client here is a user (RFC 7644 §3.11)')
  const allow = knownPaths[path] ?? knownPaths[path.replace(/\/[^/]+$/, '/{id}')]
  if (!allow || allow.includes(method)) return notFound('There is nothing at this address')
  return methodNotAllowed(allow)
}
