import type { Contract } from '#shared/http/contract.ts'
import { isDirectoryId } from '#shared/ids.ts'
import { ChangeList, Emptied, Empty, LogQuery, RequestList, Undo, Undone } from './schema.ts'

const ids = { directory: [isDirectoryId, 'directory_unknown'] } as const
const roles = ['admin', 'reader'] as const

export const contract = {
  'GET /orgs/{organization}/directories/{directory}/requests': {
    summary: 'List what a directory was asked to change, and what it refused, newest first',
    roles,
    ids,
    query: LogQuery,
    answers: { 200: RequestList },
  },
  'GET /orgs/{organization}/directories/{directory}/changes': {
    summary: 'List what a directory changed, with what was before, newest first',
    roles,
    ids,
    query: LogQuery,
    answers: { 200: ChangeList },
  },
  'POST /orgs/{organization}/directories/{directory}/undo': {
    summary: 'Take back what a paused directory changed in a window of time, a bounded part a call',
    roles: ['admin'],
    ids,
    body: Undo,
    answers: { 200: Undone },
    refusals: ['directory_running'],
  },
  'POST /orgs/{organization}/directories/{directory}/empty': {
    summary: 'Remove all users and groups of a paused directory, a bounded part a call',
    roles: ['admin'],
    ids,
    body: Empty,
    answers: { 200: Emptied },
    refusals: ['directory_running', 'directory_confirmation_wrong'],
  },
} as const satisfies Contract
