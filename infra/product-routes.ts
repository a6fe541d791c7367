import { contract as accounts } from '#functions/accounts/contract.ts'
import { contract as groupRules } from '#functions/group-rules/contract.ts'
import { contract as products } from '#functions/products/contract.ts'
import { adminFunction } from './endpoint.ts'
import { changesSeats, readsScimGroups } from './seat-grants.ts'

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
