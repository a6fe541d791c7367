import type { Contract } from '#shared/http/contract.ts'
import { isDirectoryId, isUserId } from '#shared/ids.ts'
import {
  Confirmation,
  Merge,
  NewSubject,
  NewUser,
  RoleBody,
  Search,
  ShownUser,
  SubjectList,
  UserList,
  UserPatch,
} from './schema.ts'

const isSubjectKey = (text: string) => /^[\w-]{43}$/.test(text)

const ids = { user: [isUserId, 'user_unknown'] } as const
const changing = { roles: ['admin'], ids, ifMatch: 'heeded', answers: { 200: ShownUser } } as const

export const contract = {
  'GET /orgs/{organization}/users': {
    summary: 'List users, or find them by the beginning of an address or a name, or by a user name',
    roles: ['admin', 'reader'],
    query: Search,
    answers: { 200: UserList },
  },
  'POST /orgs/{organization}/users': {
    summary: 'Create a user without an invitation',
    roles: ['admin'],
    body: NewUser,
    isRepeatable: true,
    answers: { 201: ShownUser },
    refusals: ['organization_unknown', 'email_in_use', 'email_outside_domains', 'user_name_in_use'],
  },
  'GET /orgs/{organization}/users/{user}': {
    summary: 'Show a user, what they are known by, and SCIM directories that provision them',
    roles: ['admin', 'reader'],
    ids,
    answers: { 200: ShownUser },
  },
  'PATCH /orgs/{organization}/users/{user}': {
    ...changing,
    summary: 'Change names, user name and address of a user (RFC 7396)',
    ifMatch: 'required',
    body: UserPatch,
    refusals: [
      'organization_unknown',
      'user_deleted',
      'user_invited',
      'email_in_use',
      'email_outside_domains',
      'user_name_in_use',
    ],
  },
  'DELETE /orgs/{organization}/users/{user}': {
    summary: 'Delete a user, who can be restored for 30 days',
    roles: ['admin'],
    ids,
    ifMatch: 'heeded',
    query: Confirmation,
    answers: { 204: null },
    refusals: ['confirmation_missing', 'last_admin', 'user_deleted', 'user_invited'],
  },
  'POST /orgs/{organization}/users/{user}/suspend': {
    ...changing,
    summary: 'Keep a user out at once, with all that they have',
    refusals: ['last_admin', 'user_deleted', 'user_invited'],
  },
  'POST /orgs/{organization}/users/{user}/reactivate': {
    ...changing,
    summary: 'Let a suspended user in again',
    refusals: ['user_deleted', 'user_not_suspended'],
  },
  'POST /orgs/{organization}/users/{user}/restore': {
    ...changing,
    summary: 'Bring a deleted user back, with what they were known by',
    refusals: [
      'organization_unknown',
      'user_not_restorable',
      'email_in_use',
      'email_outside_domains',
      'user_name_in_use',
    ],
  },
  'POST /orgs/{organization}/users/{user}/sign-out': {
    ...changing,
    summary: 'End all sessions of a user',
    refusals: ['user_deleted'],
  },
  'PUT /orgs/{organization}/users/{user}/role': {
    ...changing,
    summary: 'Give a user another role',
    body: RoleBody,
    refusals: [
      'organization_unknown',
      'own_role',
      'last_admin',
      'user_deleted',
      'user_invited',
      'email_outside_domains',
    ],
  },
  'GET /orgs/{organization}/users/{user}/subjects': {
    summary: 'List what a user is known by to identity providers',
    roles: ['admin', 'reader'],
    ids,
    answers: { 200: SubjectList },
  },
  'POST /orgs/{organization}/users/{user}/subjects': {
    ...changing,
    summary: 'Let a user be known by one more name of an identity provider',
    body: NewSubject,
    answers: { 201: ShownUser },
    refusals: [
      'provider_unknown',
      'subject_taken',
      'too_many_subjects',
      'user_deleted',
      'user_invited',
    ],
  },
  'DELETE /orgs/{organization}/users/{user}/subjects/{subject}': {
    summary: 'Take a name of an identity provider from a user',
    roles: ['admin'],
    ids: { ...ids, subject: [isSubjectKey, 'subject_unknown'] },
    ifMatch: 'heeded',
    answers: { 204: null },
    refusals: ['user_deleted'],
  },
  'DELETE /orgs/{organization}/users/{user}/directories/{directory}': {
    summary: 'Take a user from a SCIM directory, which they were found to be in',
    roles: ['admin'],
    ids: { ...ids, directory: [isDirectoryId, 'directory_unknown'] },
    ifMatch: 'heeded',
    answers: { 204: null },
    refusals: ['user_deleted'],
  },
  'POST /orgs/{organization}/users/{user}/merge': {
    ...changing,
    summary: 'Make one user of two that are the same person',
    body: Merge,
    refusals: [
      'merge_with_oneself',
      'own_role',
      'last_admin',
      'too_many_subjects',
      'user_not_active',
    ],
  },
} as const satisfies Contract
