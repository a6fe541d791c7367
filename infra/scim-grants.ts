import type { TableGrant } from './grants.ts'

/** Users, what leads to them, and which groups they are in. */
const userRows = [
  'scim#*#user#*',
  'scim#*#usernames',
  'scim#*#external#*',
  'scim#*#email#*',
  'scim#*#members#*',
  'scim#*#memberof#*',
  'scim#*#uncounted#*',
  'scim-users#*',
] as const

/** People, whom users are: created, changed and deleted with them. */
const personKeys = ['org#*', 'admins#*', 'adminemail#*', 'holders#*'] as const

/** What decides what becomes of them: the organization, invitations, subjects, accounts and seats. */
const personReads = ['org#*', 'invitations#*', 'subject#*', 'accounts#*', 'seats#*'] as const

/** What leads to groups, and their members. */
const groupRows = [
  'scim#*#groupnames',
  'scim#*#groupexternal#*',
  'scim#*#members#*',
  'scim#*#memberof#*',
  'scim#*#uncounted#*',
  'scim-groups#*',
] as const

/** What requests about users read and write. */
export const userGrants: readonly TableGrant[] = [
  {
    on: 'directory',
    actions: ['BatchGetItem'],
    keys: ['scim#*#user#*', 'scim#*#usernames', 'scim#*#group#*', 'scim#*#guard', ...personReads],
  },
  {
    on: 'directory',
    actions: ['Query'],
    keys: [...userRows, 'scim#*#count', 'org#*', 'holders#*'],
  },
  { on: 'directory', actions: ['ConditionCheckItem'], keys: ['scim#*#user#*'] },
  { on: 'directory', actions: ['PutItem', 'DeleteItem'], keys: [...userRows, ...personKeys] },
  {
    on: 'directory',
    actions: ['UpdateItem'],
    keys: [
      'scim#*#user#*',
      'scim#*#group#*',
      'scim#*#count',
      'scim#*#guard',
      'directories#*',
      'org#*',
      'subject#*',
      'admins#*',
      'seats#*',
      'invitations#*',
    ],
  },
  { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem'], keys: ['scimpage#*'] },
]

/** What requests about groups read and write. */
export const groupGrants: readonly TableGrant[] = [
  {
    on: 'directory',
    actions: ['BatchGetItem'],
    keys: ['scim#*#group#*', 'scim#*#groupnames', 'scim#*#members#*', 'scim#*#guard'],
  },
  { on: 'directory', actions: ['Query'], keys: [...groupRows, 'scim#*#count'] },
  {
    on: 'directory',
    actions: ['ConditionCheckItem'],
    keys: ['scim#*#user#*', 'scim#*#group#*'],
  },
  {
    on: 'directory',
    actions: ['PutItem', 'DeleteItem'],
    keys: [...groupRows, 'scim-unfinished'],
  },
  { on: 'directory', actions: ['PutItem'], keys: ['scim#*#group#*'] },
  {
    on: 'directory',
    actions: ['UpdateItem'],
    keys: ['scim#*#group#*', 'scim#*#count', 'scim#*#guard', 'directories#*'],
  },
  { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem'], keys: ['scimpage#*'] },
]

/** All of both, and the groups that somebody has yet to finish. */
const scimRows = [
  ...new Set([...userRows, ...groupRows, 'scim#*#group#*', 'scim-unfinished'] as const),
]

/** Taking back what a directory changed, and emptying it: all that SCIM writes, and the people whom it changes. */
export const undoGrants: readonly TableGrant[] = [
  {
    on: 'directory',
    actions: ['BatchGetItem'],
    keys: [...scimRows, 'scim#*#guard', 'directories#*', ...personReads],
  },
  {
    on: 'directory',
    actions: ['Query'],
    keys: ['scimlog#*', ...scimRows, 'org#*', 'holders#*', 'accounts#*'],
  },
  { on: 'directory', actions: ['ConditionCheckItem'], keys: ['scim#*', 'org#*', 'accounts#*'] },
  {
    on: 'directory',
    actions: ['PutItem', 'DeleteItem'],
    keys: [...scimRows, 'scimlog#*', ...personKeys],
  },
  {
    on: 'directory',
    actions: ['UpdateItem'],
    keys: [
      'scim#*#user#*',
      'scim#*#group#*',
      'scim#*#members#*',
      'scim#*#uncounted#*',
      'scim#*#count',
      'org#*',
      'subject#*',
      'admins#*',
      'seats#*',
      'invitations#*',
    ],
  },
]
