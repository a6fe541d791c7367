import { contract as apiKeys } from '#functions/api-keys/contract.ts'
import { contract as breakGlass } from '#functions/break-glass/contract.ts'
import { contract as directories } from '#functions/directories/contract.ts'
import { contract as directoryLog } from '#functions/directory-log/contract.ts'
import { contract as domains } from '#functions/domains/contract.ts'
import { contract as idps } from '#functions/idps/contract.ts'
import { contract as orgs } from '#functions/orgs/contract.ts'
import { contract as setupLinks } from '#functions/setup-links/contract.ts'
import { contract as ssoTokens } from '#functions/sso-tokens/contract.ts'
import { contract as traces } from '#functions/traces/contract.ts'
import { adminFunction } from './endpoint.ts'
import { productEndpoints } from './product-routes.ts'
import { undoGrants } from './scim-grants.ts'

/** The administration API, a Lambda per resource: part of the list in routes.ts. */
export const adminEndpoints = [
  adminFunction('break-glass', breakGlass, [
    { on: 'directory', actions: ['Query'], keys: ['breakglass#*'] },
  ]),
  adminFunction('idps', idps, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['idp#*', 'org#*', 'catalogue'] },
    { on: 'directory', actions: ['Query'], keys: ['idps#*'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['idp#*', 'org#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['idp#*', 'idps', 'idps#*', 'issuer#*'] },
    { on: 'directory', actions: ['DeleteItem'], keys: ['idp#*', 'idps', 'idps#*', 'issuer#*'] },
    { on: 'directory', actions: ['UpdateItem'], keys: ['idps#*'] },
    { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem'], keys: ['answered#*', 'test#*'] },
  ]),
  adminFunction('domains', domains, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['domains#*', 'idp#*', 'org#*'] },
    { on: 'directory', actions: ['Query'], keys: ['domains#*', 'idps#*', 'org#*'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*', 'idps#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['domain#*', 'domains', 'domains#*'] },
    {
      on: 'directory',
      actions: ['UpdateItem'],
      keys: ['domains#*', 'idp#*', 'issuer#*', 'org#*'],
    },
    { on: 'directory', actions: ['DeleteItem'], keys: ['domain#*', 'domains'] },
    { on: 'ephemeral', actions: ['BatchGetItem', 'PutItem'], keys: ['answered#*'] },
  ]),
  adminFunction('orgs', orgs, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['catalogue'] },
    { on: 'directory', actions: ['UpdateItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['orgs'] },
  ]),
  adminFunction('api-keys', apiKeys, [
    { on: 'directory', actions: ['Query', 'PutItem', 'UpdateItem'], keys: ['apikeys#*'] },
    { on: 'directory', actions: ['PutItem', 'DeleteItem'], keys: ['apikey#*'] },
  ]),
  adminFunction('setup-links', setupLinks, [
    { on: 'directory', actions: ['Query'], keys: ['setuplinks#*'] },
    { on: 'directory', actions: ['PutItem', 'DeleteItem'], keys: ['apikey#*', 'setuplinks#*'] },
  ]),
  adminFunction('sso-tokens', ssoTokens, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['catalogue', 'org#*', 'ssotokens#*'] },
    { on: 'directory', actions: ['Query'], keys: ['ssotokens#*', 'ssoreceipts#*'] },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
    { on: 'directory', actions: ['PutItem', 'UpdateItem'], keys: ['ssotokens#*'] },
    { on: 'directory', actions: ['PutItem', 'DeleteItem'], keys: ['ssotokens'] },
  ]),
  adminFunction('directory-log', directoryLog, undoGrants),
  adminFunction('directories', directories, [
    {
      on: 'directory',
      actions: ['BatchGetItem'],
      keys: ['directories#*', 'scim#*#tokens', 'scimtoken#*'],
    },
    {
      on: 'directory',
      actions: ['Query'],
      keys: ['directories#*', 'scim#*#count', 'scim-users#*', 'scim-groups#*'],
    },
    { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*', 'directories#*'] },
    {
      on: 'directory',
      actions: ['PutItem'],
      keys: ['directories#*', 'scim#*#tokens', 'scimtoken#*', 'scimtokens'],
    },
    { on: 'directory', actions: ['UpdateItem'], keys: ['directories#*', 'scim#*#tokens'] },
    {
      on: 'directory',
      actions: ['DeleteItem'],
      keys: ['scim#*#tokens', 'scim#*#count', 'scim#*#guard', 'scimtoken#*', 'scimtokens'],
    },
  ]),
  ...productEndpoints,
  adminFunction('traces', traces, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['trace#*', 'idp#*'] },
    { on: 'directory', actions: ['Query'], keys: ['trace#*'] },
  ]),
]
