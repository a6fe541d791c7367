import { type Endpoint, routesFor } from './endpoint.ts'

const open = routesFor('none')

/** Where administrators sign in: part of the list in routes.ts. */
export const adminSignInEndpoints = [
  {
    fn: 'admin-sign-in',
    routes: [
      open('GET', '/admin/sign-in', 'Ask an administrator how to sign in'),
      open('POST', '/admin/sign-in/link', 'Have a link mailed to an administrator'),
      open('GET', '/admin/sign-in/link', 'Show what a mailed link is for, and use nothing up'),
      open('POST', '/admin/sign-in/confirm', 'Use a mailed link, once, and start a session'),
      open('GET', '/admin/sign-in/sso', "Start a sign-in at the organization's identity provider"),
      open('GET', '/admin/sign-in/return', 'End it, in the browser that started it'),
      open('GET', '/admin/break-glass', 'Ask an administrator whose single sign-on is broken'),
      open('POST', '/admin/break-glass', 'Have a link mailed to confirm emergency access with'),
      open('GET', '/admin/break-glass/door', 'Show what emergency access has come to'),
      open('GET', '/admin/session', 'Show who is signed in, until when, and the CSRF token'),
      open('POST', '/admin/session/refresh', 'Let the session of a browser live on'),
      open('DELETE', '/admin/session', 'Sign out in this browser'),
      open('POST', '/admin/session/sign-out-everywhere', 'Sign out in all browsers'),
      open('GET', '/center', 'Show an administrator who they are signed in as'),
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['breakglass#*', 'invitations#*', 'org#*', 'subject#*'],
      },
      { on: 'directory', actions: ['Query'], keys: ['idps#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['breakglass#*', 'linkrequest#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['admins#*', 'adminemail#*'] },
      { on: 'directory', actions: ['ConditionCheckItem'], keys: ['breakglass#*', 'org#*'] },
      { on: 'directory', actions: ['UpdateItem'], keys: ['admins#*', 'invitations#*', 'org#*'] },
      {
        on: 'ephemeral',
        actions: ['BatchGetItem'],
        keys: ['adminsession#*', 'link#*', 'login#*'],
      },
      { on: 'ephemeral', actions: ['PutItem', 'DeleteItem'], keys: ['adminsession#*'] },
      {
        on: 'ephemeral',
        actions: ['UpdateItem'],
        keys: ['adminsession#*', 'link#*', 'login#*', 'rate#*'],
      },
      { on: 'adminSessionKey', actions: ['Sign'] },
    ],
  },
] as const satisfies readonly Endpoint[]
