import type { Endpoint } from './endpoint.ts'
import type { TableGrant } from './grants.ts'

/** To keep why a portal's login token was refused, and to tell its admins. */
const notesRefusals = [
  { on: 'directory', actions: ['UpdateItem'], keys: ['ssoreceipts#*', 'ssotokens#*'] },
  { on: 'directory', actions: ['PutItem'], keys: ['trace#*'] },
] as const satisfies readonly TableGrant[]

/** Login tokens, from a portal's wish to the redeem: part of the list in routes.ts. */
export const tokenEndpoints = [
  {
    fn: 'tokens-issue',
    routes: [
      {
        method: 'POST',
        path: '/tokens',
        auth: 'portal',
        summary: 'Issue a login token for somebody whom a partner portal has signed in',
      },
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['ssotokens#*', 'org#*', 'catalogue'],
      },
      { on: 'directory', actions: ['UpdateItem'], keys: ['ssoreceipts#*', 'ssotokens#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['ssoreceipts#*', 'trace#*'] },
      { on: 'ephemeral', actions: ['PutItem'], keys: ['login#*'] },
      { on: 'ephemeral', actions: ['UpdateItem'], keys: ['rate#*'] },
    ],
  },
  {
    fn: 'sso-redirect',
    routes: [
      {
        method: 'GET',
        path: '/sso',
        auth: 'none',
        summary: "Send a portal's browser on to the product, with a login token of its own",
      },
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['ssotokens#*', 'org#*', 'catalogue'],
      },
      { on: 'ephemeral', actions: ['BatchGetItem', 'UpdateItem'], keys: ['login#*'] },
      ...notesRefusals,
    ],
  },
  {
    fn: 'tokens-redeem',
    routes: [
      {
        method: 'POST',
        path: '/tokens/redeem',
        auth: 'product',
        summary: 'Redeem a login token for the signed identity of the user',
      },
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['credential#*', 'org#*', 'ssotokens#*', 'subject#*'],
      },
      { on: 'directory', actions: ['Query'], keys: ['accounts#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem', 'UpdateItem'], keys: ['login#*'] },
      { on: 'jwtKeys', actions: ['Sign'] },
      ...notesRefusals,
    ],
  },
] as const satisfies readonly Endpoint[]
