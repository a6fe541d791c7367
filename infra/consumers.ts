import type { Grant } from './grants.ts'
import { changesSeats, readsScimGroups } from './seat-grants.ts'

/** A Lambda that a stream, a queue or a schedule invokes. */
export type Consumer = {
  /** Folder under functions/ and the Lambda's name. */
  fn: string
  source:
    | {
        kind: 'directory-stream'
        /** Attribute of the changed item whose `id` makes the change this function's business. */
        attribute: 'evt' | 'mail'
        batchSize: number
        parallelization: number
      }
    | { kind: 'schedule'; everyMinutes: number }
    | {
        kind: 'access-queue'
        batchSize: number
        /** As many at once. */
        concurrency: number
      }
  grants: readonly Grant[]
  timeoutSeconds: number
  summary: string
}

/** Every function that is not reached by HTTP. */
export const consumers = [
  {
    fn: 'events-relay',
    source: { kind: 'directory-stream', attribute: 'evt', batchSize: 100, parallelization: 4 },
    grants: [
      { on: 'provisioningQueue', actions: ['SendMessage'] },
      { on: 'accessQueue', actions: ['SendMessage'] },
    ],
    timeoutSeconds: 30,
    summary: 'Sends the event that a change carries to the provisioning queue',
  },
  {
    fn: 'scim-access',
    source: { kind: 'access-queue', batchSize: 10, concurrency: 10 },
    grants: [
      ...changesSeats,
      ...readsScimGroups,
      { on: 'accessQueue', actions: ['SendMessage'] },
      { on: 'directory', actions: ['BatchGetItem'], keys: ['rules#*', 'scim#*#user#*'] },
      { on: 'directory', actions: ['Query'], keys: ['idps#*', 'org#*', 'scim#*#members#*'] },
    ],
    timeoutSeconds: 60,
    summary: 'Gives and takes what rules decide, after groups of a SCIM directory have changed',
  },
  {
    fn: 'mails-send',
    source: { kind: 'directory-stream', attribute: 'mail', batchSize: 10, parallelization: 1 },
    grants: [
      { on: 'directory', actions: ['Query'], keys: ['adminemail#*', 'admins#*', 'idps#*'] },
      { on: 'directory', actions: ['BatchGetItem'], keys: ['org#*'] },
      { on: 'ephemeral', actions: ['PutItem'], keys: ['link#*', 'mail#*'] },
      { on: 'ephemeral', actions: ['BatchGetItem'], keys: ['mail#*'] },
      { on: 'mail', actions: ['SendEmail'] },
    ],
    timeoutSeconds: 30,
    summary: 'Sends the mail that a change asks for, with a link where it needs one',
  },
  {
    fn: 'metadata-refresh',
    source: { kind: 'schedule', everyMinutes: 60 },
    grants: [
      { on: 'directory', actions: ['Query'], keys: ['idps'] },
      { on: 'directory', actions: ['BatchGetItem'], keys: ['idp#*'] },
      { on: 'directory', actions: ['ConditionCheckItem'], keys: ['idp#*'] },
      {
        on: 'directory',
        actions: ['PutItem'],
        keys: ['idp#*', 'idps', 'issuer#*'],
      },
    ],
    timeoutSeconds: 300,
    summary: "Reads providers' metadata again, and warns of certificates that end",
  },
  {
    fn: 'domains-recheck',
    source: { kind: 'schedule', everyMinutes: 60 },
    grants: [
      { on: 'directory', actions: ['Query'], keys: ['domains', 'idps#*'] },
      { on: 'directory', actions: ['BatchGetItem'], keys: ['domains#*', 'idp#*', 'org#*'] },
      { on: 'directory', actions: ['ConditionCheckItem'], keys: ['idps#*'] },
      { on: 'directory', actions: ['PutItem'], keys: ['domains#*'] },
      {
        on: 'directory',
        actions: ['UpdateItem'],
        keys: ['domains', 'idp#*', 'issuer#*', 'org#*'],
      },
      { on: 'directory', actions: ['DeleteItem'], keys: ['domain#*', 'domains'] },
    ],
    timeoutSeconds: 300,
    summary: 'Looks daily whether the proof of each verified domain is still there',
  },
  {
    fn: 'scim-tokens-watch',
    source: { kind: 'schedule', everyMinutes: 60 },
    grants: [
      { on: 'directory', actions: ['Query', 'UpdateItem', 'DeleteItem'], keys: ['scimtokens'] },
      { on: 'directory', actions: ['BatchGetItem'], keys: ['scim#*#tokens', 'directories#*'] },
      { on: 'directory', actions: ['UpdateItem'], keys: ['scim#*#tokens'] },
    ],
    timeoutSeconds: 300,
    summary: 'Warns of SCIM tokens 30, 7 and 1 days before they end',
  },
  {
    fn: 'sso-tokens-watch',
    source: { kind: 'schedule', everyMinutes: 60 },
    grants: [
      { on: 'directory', actions: ['Query', 'UpdateItem'], keys: ['ssotokens'] },
      { on: 'directory', actions: ['Query'], keys: ['ssoreceipts#*'] },
      { on: 'directory', actions: ['UpdateItem'], keys: ['ssotokens#*'] },
    ],
    timeoutSeconds: 300,
    summary: 'Tells admins of portals whose login tokens are mostly not redeemed',
  },
  {
    fn: 'scim-unfinished',
    source: { kind: 'schedule', everyMinutes: 60 },
    grants: [
      {
        on: 'directory',
        actions: ['Query'],
        keys: ['scim-unfinished', 'scim#*#members#*', 'scim#*#memberof#*', 'scim#*#uncounted#*'],
      },
      {
        on: 'directory',
        actions: ['PutItem', 'DeleteItem'],
        keys: ['scim#*#members#*', 'scim#*#memberof#*', 'scim#*#uncounted#*'],
      },
      { on: 'directory', actions: ['PutItem'], keys: ['scimlog#*'] },
      { on: 'directory', actions: ['BatchGetItem', 'UpdateItem'], keys: ['scim#*#group#*'] },
      { on: 'directory', actions: ['DeleteItem'], keys: ['scim-unfinished'] },
    ],
    timeoutSeconds: 300,
    summary: 'Ends what requests began with groups and had no time for: memberships, counts',
  },
] as const satisfies readonly Consumer[]
