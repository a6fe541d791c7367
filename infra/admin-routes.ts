import { type Endpoint, routesFor } from './endpoint.ts'

const admin = routesFor('admin')

/** The administration API, a Lambda per resource: part of the list in routes.ts. */
export const adminEndpoints = [
  {
    fn: 'idps',
    routes: [
      admin('GET', '/orgs/{organization}/idps', 'List the identity providers of an organization'),
      admin(
        'POST',
        '/orgs/{organization}/idps',
        'Create an identity provider from a URL, a file or parameters; it is inactive at first',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/preview',
        'Show what a URL, a file or parameters say of a provider, and store nothing',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/identifiers',
        'Show what to enter at a provider that is still to be created',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/guide',
        'Show the setup steps for a provider that is still to be created',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/{idp}',
        'Show an identity provider: settings, connection, certificates, warnings, tasks',
      ),
      admin(
        'PATCH',
        '/orgs/{organization}/idps/{idp}',
        'Change settings of an identity provider (RFC 7396)',
      ),
      admin(
        'DELETE',
        '/orgs/{organization}/idps/{idp}',
        'Remove an identity provider; its name confirms it',
      ),
      admin(
        'PUT',
        '/orgs/{organization}/idps/{idp}/connection',
        'Take the connection from another URL, file or parameters',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/connection/restore',
        'Bring back the connection before the present one',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/parked/apply',
        'Take over the change that was found at the metadata URL',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/parked/discard',
        'Decline the change that was found at the metadata URL',
      ),
      admin('POST', '/orgs/{organization}/idps/{idp}/refresh', 'Read the metadata URL now'),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/certificates',
        'Add a certificate that verifies assertions',
      ),
      admin(
        'DELETE',
        '/orgs/{organization}/idps/{idp}/certificates/{fingerprint}',
        'Remove a certificate, unless it is the last one',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/activate',
        'Let people sign in by an identity provider',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/deactivate',
        'Block every path of an identity provider',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/{idp}/identifiers',
        'Show what to enter at the provider, and what it was told before',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/{idp}/guide',
        "Show the setup steps with the organization's own values",
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/{idp}/tasks',
        'List what an admin still has to change at the provider',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/tasks/{task}/done',
        'Say that the provider has been updated',
      ),
      admin(
        'POST',
        '/orgs/{organization}/idps/{idp}/tests',
        'Make the address of a test sign-in, which signs nobody in',
      ),
      admin(
        'GET',
        '/orgs/{organization}/idps/{idp}/tests/{test}',
        'Show what came of a test sign-in: claims, mapping and warnings, or why it is refused',
      ),
    ],
    grants: [
      {
        on: 'directory',
        actions: ['BatchGetItem'],
        keys: ['apikey#*', 'idp#*', 'org#*', 'catalogue'],
      },
      { on: 'directory', actions: ['Query'], keys: ['idps#*'] },
      { on: 'directory', actions: ['ConditionCheckItem'], keys: ['idp#*', 'org#*'] },
      {
        on: 'directory',
        actions: ['PutItem'],
        keys: ['idp#*', 'idps', 'idps#*', 'issuer#*'],
      },
      {
        on: 'directory',
        actions: ['DeleteItem'],
        keys: ['idp#*', 'idps', 'idps#*', 'issuer#*'],
      },
      { on: 'directory', actions: ['UpdateItem'], keys: ['idps#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem'], keys: ['answered#*', 'test#*'] },
    ],
  },
  {
    fn: 'setup-links',
    routes: [
      admin(
        'GET',
        '/orgs/{organization}/setup-links',
        'List the setup links of an organization that can be used',
      ),
      admin(
        'POST',
        '/orgs/{organization}/setup-links',
        'Create a setup link for an IT admin without an account',
      ),
      admin('DELETE', '/orgs/{organization}/setup-links/{link}', 'Revoke a setup link at once'),
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['apikey#*'] },
      { on: 'directory', actions: ['Query'], keys: ['setuplinks#*'] },
      {
        on: 'directory',
        actions: ['PutItem', 'DeleteItem'],
        keys: ['apikey#*', 'setuplinks#*'],
      },
    ],
  },
  {
    fn: 'traces',
    routes: [
      admin('GET', '/orgs/{organization}/traces', 'List sign-ins and logouts, newest first'),
      admin(
        'GET',
        '/orgs/{organization}/traces/{trace}',
        'Show what a sign-in passed, why it failed and how to mend it',
      ),
    ],
    grants: [
      { on: 'directory', actions: ['BatchGetItem'], keys: ['apikey#*', 'trace#*', 'idp#*'] },
      { on: 'directory', actions: ['Query'], keys: ['trace#*'] },
    ],
  },
] as const satisfies readonly Endpoint[]
