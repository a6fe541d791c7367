import { contract as accounts } from '#functions/operator-accounts/contract.ts'
import { contract as doctor } from '#functions/operator-doctor/contract.ts'
import { contract as events } from '#functions/operator-events/contract.ts'
import { contract as exporting } from '#functions/operator-export/contract.ts'
import { contract as importing } from '#functions/operator-import/contract.ts'
import { contract as orgs } from '#functions/operator-orgs/contract.ts'
import { contract as products } from '#functions/operator-products/contract.ts'
import { contract as removal } from '#functions/operator-removal/contract.ts'
import { contract as traces } from '#functions/operator-traces/contract.ts'
import { operatorFunction } from './endpoint.ts'

/** Lists of an organization, and what they lead to (shared/aws/organization-items.ts). */
const lists = [
  'accounts#*',
  'admins#*',
  'apikeys#*',
  'directories#*',
  'domains#*',
  'idp#*',
  'idps#*',
  'invitations#*',
  'org#*',
  'rules#*',
  'scim#*',
  'scim-groups#*',
  'scim-users#*',
  'seats#*',
  'setuplinks#*',
  'ssotokens#*',
]
const entrances = [
  ...['adminemail#*', 'apikey#*', 'domain#*', 'domains', 'idp#*', 'idps', 'issuer#*'],
  ...['scim-unfinished', 'scimtoken#*', 'scimtokens', 'ssotokens', 'ssotokens#*'],
]
const linked = [...entrances, 'holders#*', 'org#*', 'scim#*', 'subject#*']
/** What is removed, and not exported. */
const unlisted = ['breakglass#*', 'import#*', 'scimlog#*', 'ssoreceipts#*']

/** The operator routes: part of the list in routes.ts. */
export const operatorEndpoints = [
  operatorFunction('operator-products', products, [
    { on: 'directory', actions: ['BatchGetItem', 'UpdateItem'], keys: ['catalogue'] },
    { on: 'directory', actions: ['PutItem'], keys: ['catalogue', 'credential#*', 'credentials'] },
    { on: 'directory', actions: ['Query'], keys: ['credentials'] },
    { on: 'directory', actions: ['DeleteItem'], keys: ['credential#*', 'credentials'] },
  ]),
  operatorFunction('operator-accounts', accounts, [
    {
      on: 'directory',
      actions: ['BatchGetItem'],
      keys: ['accounts#*', 'catalogue', 'org#*', 'seats#*'],
    },
    { on: 'directory', actions: ['Query'], keys: ['accounts#*', 'holders#*'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['accounts#*', 'holders#*', 'seats#*'] },
    {
      on: 'directory',
      actions: ['UpdateItem'],
      keys: ['accounts#*', 'catalogue', 'org#*', 'seats#*'],
    },
    { on: 'directory', actions: ['DeleteItem'], keys: ['holders#*', 'seats#*'] },
  ]),
  operatorFunction('operator-doctor', doctor, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['catalogue'] },
    { on: 'ephemeral', actions: ['BatchGetItem'], keys: ['login#*'] },
    { on: 'jwtKeys', actions: ['GetPublicKey'] },
    { on: 'adminSessionKey', actions: ['GetPublicKey'] },
    { on: 'samlSigningKeys', actions: ['GetPublicKey'] },
    { on: 'samlEncryptionKeys', actions: ['GetPublicKey'] },
    { on: 'provisioningQueue', actions: ['GetQueueAttributes'] },
    { on: 'provisioningDeadLetters', actions: ['GetQueueAttributes'] },
    { on: 'relayFailures', actions: ['GetQueueAttributes'] },
    { on: 'accessDeadLetters', actions: ['GetQueueAttributes'] },
  ]),
  operatorFunction('operator-events', events, [
    { on: 'provisioningDeadLetters', actions: ['ReceiveMessage', 'DeleteMessage'] },
    { on: 'provisioningQueue', actions: ['SendMessage'] },
    { on: 'relayFailures', actions: ['ReceiveMessage'] },
  ]),
  operatorFunction('operator-traces', traces, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['Query'], keys: ['trace#*'] },
  ]),
  operatorFunction('operator-orgs', orgs, [
    {
      on: 'directory',
      actions: ['BatchGetItem'],
      keys: ['catalogue', 'domain#*', 'invitations#*', 'org#*'],
    },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['Query'], keys: ['apikeys#*', 'orgs'] },
    {
      on: 'directory',
      actions: ['PutItem'],
      keys: [
        ...['apikey#*', 'apikeys#*', 'domain#*', 'domains', 'domains#*'],
        ...['invitations#*', 'org#*', 'orgs'],
      ],
    },
    { on: 'directory', actions: ['UpdateItem'], keys: ['domains#*', 'org#*'] },
  ]),
  operatorFunction('operator-export', exporting, [
    { on: 'directory', actions: ['Query'], keys: lists },
    { on: 'directory', actions: ['BatchGetItem'], keys: linked },
  ]),
  operatorFunction('operator-import', importing, [
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
    {
      on: 'directory',
      actions: ['PutItem'],
      keys: [...new Set([...lists, ...linked, 'import#*', 'orgs'])],
    },
    { on: 'directory', actions: ['BatchGetItem'], keys: [...entrances, 'org#*'] },
    { on: 'directory', actions: ['Query'], keys: ['import#*'] },
    {
      on: 'directory',
      actions: ['DeleteItem'],
      keys: ['domain#*', 'domains', 'idp#*', 'idps', 'import#*', 'issuer#*'],
    },
    { on: 'directory', actions: ['UpdateItem'], keys: ['catalogue', 'org#*'] },
  ]),
  operatorFunction('operator-removal', removal, [
    { on: 'directory', actions: ['Query'], keys: [...lists, ...unlisted] },
    { on: 'directory', actions: ['BatchGetItem'], keys: linked },
    { on: 'directory', actions: ['PutItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['UpdateItem'], keys: ['catalogue', 'org#*'] },
    {
      on: 'directory',
      actions: ['DeleteItem'],
      keys: [...new Set([...lists, ...linked, ...unlisted, 'orgs'])],
    },
  ]),
]
