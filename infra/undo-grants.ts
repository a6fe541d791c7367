import type { Grant } from './grants.ts'

/** What leads to SCIM users and groups, and to members. */
const scimRows = [
  'scim#*#user#*',
  'scim#*#usernames',
  'scim#*#external#*',
  'scim#*#email#*',
  'scim#*#group#*',
  'scim#*#groupnames',
  'scim#*#groupexternal#*',
  'scim#*#members#*',
  'scim#*#memberof#*',
  'scim#*#uncounted#*',
  'scim-users#*',
  'scim-groups#*',
  'scim-unfinished',
] as const

/** Taking back what a directory changed: all that SCIM writes, and the people whom it changes. */
export const undoGrants: readonly Grant[] = [
  {
    on: 'directory',
    actions: ['BatchGetItem'],
    keys: [
      ...scimRows,
      'scim#*#guard',
      'directories#*',
      'org#*',
      'invitations#*',
      'subject#*',
      'accounts#*',
      'seats#*',
    ],
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
    keys: [...scimRows, 'scimlog#*', 'org#*', 'admins#*', 'adminemail#*', 'holders#*'],
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
