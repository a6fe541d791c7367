import { contract as accounts } from '#functions/accounts/contract.ts'
import { contract as groupRules } from '#functions/group-rules/contract.ts'
import { contract as products } from '#functions/products/contract.ts'
import { adminFunction } from './endpoint.ts'
import type { Grant } from './grants.ts'

/** Who gives and takes seats. */
const changesSeats = [
  { on: 'directory', actions: ['BatchGetItem'], keys: ['accounts#*', 'seats#*', 'org#*'] },
  { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
  { on: 'directory', actions: ['UpdateItem'], keys: ['org#*', 'seats#*'] },
  { on: 'directory', actions: ['PutItem', 'DeleteItem', 'Query'], keys: ['holders#*'] },
  { on: 'directory', actions: ['Query'], keys: ['accounts#*', 'seats#*'] },
] as const satisfies readonly Grant[]

/** Who asks which groups a directory has somebody in. */
export const readsScimGroups = [
  { on: 'directory', actions: ['Query'], keys: ['scim#*#memberof#*'] },
  { on: 'directory', actions: ['BatchGetItem'], keys: ['scim#*#group#*'] },
] as const satisfies readonly Grant[]

/** Products, accounts and group rules: part of the list in routes.ts. */
export const productEndpoints = [
  adminFunction('products', products, [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['catalogue', 'rules#*'] },
    { on: 'directory', actions: ['Query'], keys: ['accounts#*', 'seats#*', 'idps#*', 'org#*'] },
    ...readsScimGroups,
  ]),
  adminFunction('accounts', accounts, changesSeats),
  adminFunction('group-rules', groupRules, [
    ...changesSeats,
    ...readsScimGroups,
    { on: 'directory', actions: ['BatchGetItem'], keys: ['catalogue', 'rules#*'] },
    { on: 'directory', actions: ['Query'], keys: ['idps#*', 'org#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['rules#*'] },
  ]),
]
