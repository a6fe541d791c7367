import { ok } from '../../result.ts'
import { listRoute, searchRoute } from '../lists/listing.ts'
import type { Source } from '../lists/source.ts'
import { userType } from '../schemas/user.ts'
import type { ScimUser } from '../types.ts'
import type { UserPorts } from './ports.ts'
import { userSearch } from './search-users.ts'
import { readGroups, showUser } from './show-users.ts'

/** How users are found and shown. */
export const userSource = (ports: UserPorts): Source<ScimUser> => ({
  type: userType,
  pagesFor: ({ directory, baseUrl }, projection) => ({
    by: userSearch(ports, { directory, baseUrl }),
    show: async (users) => {
      const ids = users.map(({ id }) => id)
      const groups = await readGroups(ports.users, directory, { ids, projection })
      return ok(users.map((user) => showUser(user, { projection, baseUrl }, groups)))
    },
  }),
})

/** `GET /Users` (RFC 7644 §3.4.2). */
export const listUsers = (ports: UserPorts) => listRoute(userSource(ports))

/** `POST /Users/.search`: the same, by a body (RFC 7644 §3.4.3). */
export const searchUsers = (ports: UserPorts) => searchRoute(userSource(ports))
