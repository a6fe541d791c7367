import { contract as invitations } from '#functions/invitations/contract.ts'
import { contract as users } from '#functions/users/contract.ts'
import { adminFunction } from './endpoint.ts'

/** Who is a user of an organization: part of the list in routes.ts. */
export const userEndpoints = [
  adminFunction('users', users, [
    {
      on: 'directory',
      actions: ['BatchGetItem'],
      keys: ['org#*', 'subject#*', 'accounts#*', 'seats#*', 'scim#*#user#*'],
    },
    { on: 'directory', actions: ['Query'], keys: ['org#*', 'holders#*'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*', 'idp#*'] },
    {
      on: 'directory',
      actions: ['UpdateItem'],
      keys: ['org#*', 'subject#*', 'admins#*', 'seats#*', 'scim#*#user#*'],
    },
    {
      on: 'directory',
      actions: ['PutItem', 'DeleteItem'],
      keys: ['org#*', 'subject#*', 'admins#*', 'adminemail#*', 'holders#*'],
    },
  ]),
  adminFunction('invitations', invitations, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['org#*', 'invitations#*'] },
    { on: 'directory', actions: ['Query'], keys: ['invitations#*'] },
    { on: 'directory', actions: ['ConditionCheckItem', 'DeleteItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['PutItem', 'UpdateItem'], keys: ['org#*', 'invitations#*'] },
  ]),
]
