import { type Endpoint, routesFor } from './endpoint.ts'

const open = routesFor('none')

/** Where people begin who do not know their provider: part of the list in routes.ts. */
export const loginEndpoints = [
  {
    fn: 'login-discover',
    routes: [
      open('GET', '/login', 'Ask a person for the e-mail address that they sign in with'),
      open('POST', '/login', 'Send a person on by the domain of their e-mail address'),
      open('POST', '/login/discover', 'Tell a product where the person with an address signs in'),
      open('GET', '/login/start', 'Find the identity provider of a domain, and start there'),
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['domain#*'] },
      { on: 'directory', actions: ['Query'], keys: ['idps#*'] },
    ],
  },
] as const satisfies readonly Endpoint[]
