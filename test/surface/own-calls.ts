import { type Answer, type newAdmin, read } from '#test/flows/admin-client.ts'
import { bodies } from './objects.ts'
import { type ApiRoute, adminRoutes, pathOf } from './routes.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>
type Ids = Readonly<Record<string, string>>

/** What a route's path names beside the organization. */
export const namedIn = ({ path }: ApiRoute) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).filter((n) => n !== 'organization')

/**
 * Calls a route as an admin, with a body that it takes.
 *
 * @param ids by name of the path parameter; what is not given can be but is not
 */
export async function callRoute(
  admin: Admin,
  { key, method, path, operation }: ApiRoute,
  ids: Ids,
  { ifMatch = '*', secret = admin.keys.admin }: { ifMatch?: string; secret?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${admin.stack.url}${pathOf(path, ids)}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(operation.ifMatch && { 'if-match': ifMatch }),
      ...(operation.body && { 'content-type': 'application/json' }),
    },
    ...(operation.body && { body: JSON.stringify(bodies[key] ?? {}) }),
  })
  return read(response)
}

/** Without what the clock alone changes. */
const still = (text: string) => text.replace(/"secondsLeft":\d+|"(?:from|to)":"[^"]*"/g, '')

/** What an organization's admin sees of all that there is. */
export async function everythingOf(admin: Admin, ids: Ids) {
  const looks = adminRoutes.filter(
    (route) =>
      namedIn(route).length > 0 && route.method === 'GET' && !route.path.endsWith('/guide'),
  )
  const own = { organization: admin.orgId, ...ids }
  const answers = await Promise.all(looks.map((route) => callRoute(admin, route, own)))
  return answers.map(({ status, text }, index) => [looks[index]?.key, status, still(text)])
}
