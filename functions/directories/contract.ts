import * as v from 'valibot'
import type { Contract } from '#shared/http/contract.ts'
import { isDirectoryId, isScimTokenId } from '#shared/ids.ts'
import {
  Confirmation,
  DirectoryPatch,
  NewDirectory,
  NewToken,
  Resuming,
  ShownDirectory,
  ShownToken,
} from './schema.ts'

const directory = [isDirectoryId, 'directory_unknown'] as const
const token = [isScimTokenId, 'scim_token_unknown'] as const

const look = ['admin', 'reader'] as const

export const contract = {
  'GET /orgs/{organization}/directories': {
    summary: 'List the SCIM directories of an organization',
    roles: look,
    answers: { 200: v.strictObject({ directories: v.array(ShownDirectory) }) },
  },
  'POST /orgs/{organization}/directories': {
    summary: 'Create a SCIM directory, by which an identity provider provisions people',
    roles: ['admin'],
    body: NewDirectory,
    isRepeatable: true,
    answers: { 201: ShownDirectory },
    refusals: ['organization_unknown', 'too_many_directories'],
  },
  'GET /orgs/{organization}/directories/{directory}': {
    summary: 'Show a SCIM directory: its address, its state, and how much it holds',
    roles: look,
    ids: { directory },
    answers: { 200: ShownDirectory },
  },
  'PATCH /orgs/{organization}/directories/{directory}': {
    summary: 'Change the name of a directory, or how much it may take from people in an hour',
    roles: ['admin'],
    ids: { directory },
    ifMatch: 'heeded',
    body: DirectoryPatch,
    answers: { 200: ShownDirectory },
  },
  'DELETE /orgs/{organization}/directories/{directory}': {
    summary: 'Remove a directory that is paused and empty, with its tokens; its name confirms it',
    roles: ['admin'],
    ids: { directory },
    ifMatch: 'heeded',
    query: Confirmation,
    answers: { 204: null },
    refusals: ['directory_confirmation_wrong', 'directory_active', 'directory_not_empty'],
  },
  'POST /orgs/{organization}/directories/{directory}/pause': {
    summary: 'Let an identity provider change nothing until the directory is resumed',
    roles: ['admin'],
    ids: { directory },
    ifMatch: 'heeded',
    answers: { 200: ShownDirectory },
  },
  'POST /orgs/{organization}/directories/{directory}/resume': {
    summary: 'Let an identity provider change things again, for some time without the guard',
    roles: ['admin'],
    ids: { directory },
    ifMatch: 'heeded',
    body: Resuming,
    answers: { 200: ShownDirectory },
  },
  'GET /orgs/{organization}/directories/{directory}/tokens': {
    summary: 'List the tokens of a directory that can be used, and when each was used last',
    roles: look,
    ids: { directory },
    answers: { 200: v.strictObject({ tokens: v.array(ShownToken) }) },
  },
  'POST /orgs/{organization}/directories/{directory}/tokens': {
    summary: 'Create a token of a directory, two at most; its secret is shown this once',
    roles: ['admin'],
    ids: { directory },
    body: NewToken,
    answers: { 201: v.strictObject({ ...ShownToken.entries, secret: v.string() }) },
    refusals: ['too_many_scim_tokens'],
  },
  'DELETE /orgs/{organization}/directories/{directory}/tokens/{token}': {
    summary: 'Revoke a token of a directory at once',
    roles: ['admin'],
    ids: { directory, token },
    answers: { 204: null },
  },
} as const satisfies Contract
