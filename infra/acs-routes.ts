import type { Endpoint } from './endpoint.ts'
import { readsScimGroups } from './seat-grants.ts'

/** Where assertions come in: part of the list in routes.ts. */
export const acsEndpoint = {
  fn: 'saml-acs',
  routes: [
    {
      method: 'POST',
      path: '/saml/acs',
      auth: 'none',
      summary: 'Assertion consumer service of the vendor-wide service provider (HTTP-POST)',
    },
    {
      method: 'POST',
      path: '/saml/{organization}/acs',
      auth: 'none',
      summary: "Assertion consumer service of one organization's service provider (HTTP-POST)",
    },
  ],
  grants: [
    ...readsScimGroups,
    {
      on: 'directory',
      actions: ['BatchGetItem'],
      keys: [
        'issuer#*',
        'subject#*',
        'catalogue',
        'rules#*',
        'org#*',
        'accounts#*',
        'seats#*',
        'invitations#*',
        'idps#*',
        'scim#*#user#*',
        'scim#*#usernames',
      ],
    },
    {
      on: 'directory',
      actions: ['Query'],
      keys: [
        'org#*',
        'holders#*',
        'idps#*',
        'directories#*',
        'scim#*#email#*',
        'scim#*#external#*',
      ],
    },
    { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem', 'UpdateItem'], keys: ['login#*'] },
    { on: 'ephemeral', actions: ['UpdateItem'], keys: ['test#*'] },
    { on: 'ephemeral', actions: ['PutItem'], keys: ['session#*'] },
    { on: 'samlEncryptionKeys', actions: ['Decrypt'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*', 'directories#*'] },
    {
      on: 'directory',
      actions: ['UpdateItem'],
      keys: ['org#*', 'subject#*', 'invitations#*', 'admins#*', 'seats#*', 'scim#*#user#*'],
    },
    {
      on: 'directory',
      actions: ['PutItem'],
      keys: ['org#*', 'subject#*', 'trace#*', 'admins#*', 'adminemail#*', 'holders#*'],
    },
    { on: 'directory', actions: ['DeleteItem'], keys: ['org#*', 'adminemail#*', 'holders#*'] },
  ],
  memoryMb: 1024,
} as const satisfies Endpoint
