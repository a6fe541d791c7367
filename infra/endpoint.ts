import type { Contract } from '#shared/http/contract.ts'
import type { Grant } from './grants.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY'

/**
 * Who may call: `none` decides from the request's own proof, `product` needs a product credential,
 * `portal` an SSO token,
 * `admin` an API key or a session of the organization, `operator` AWS credentials that IAM allows the
 * route, `scim` a token of the directory.
 */
export type Auth = 'none' | 'product' | 'portal' | 'admin' | 'operator' | 'scim'

export type Route = { method: Method; path: `/${string}`; auth: Auth; summary: string }

/**
 * A function of the administration API: its contract says what its routes are. The grants are what
 * it needs beside knowing its callers and counting their calls.
 */
export const adminFunction = (
  fn: string,
  contract: Contract,
  grants: readonly Grant[],
): Endpoint => ({
  fn,
  contract,
  routes: routesOf(contract, 'admin'),
  grants: [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['apikey#*', 'org#*'] },
    { on: 'adminSessionKey', actions: ['GetPublicKey'] },
    { on: 'ephemeral', actions: ['UpdateItem'], keys: ['rate#*'] },
    ...grants,
  ],
})

/** A function of the operator routes: IAM knows its callers. */
export const operatorFunction = (
  fn: string,
  contract: Contract,
  grants: readonly Grant[],
): Endpoint => ({ fn, contract, routes: routesOf(contract, 'operator'), grants })

/**
 * A function of SCIM. The grants are what it needs beside knowing its callers, counting their requests
 * and telling admins what was refused.
 */
export const scimFunction = (
  fn: string,
  routes: readonly Route[],
  grants: readonly Grant[],
): Endpoint => ({
  ...{ fn, routes },
  grants: [
    { on: 'directory', actions: ['BatchGetItem'], keys: ['scimtoken#*', 'directories#*', 'org#*'] },
    { on: 'directory', actions: ['UpdateItem'], keys: ['scimtoken#*'] },
    { on: 'directory', actions: ['PutItem'], keys: ['scimlog#*'] },
    { on: 'ephemeral', actions: ['UpdateItem'], keys: ['rate#*'] },
    ...grants,
  ],
})

const routesOf = (contract: Contract, auth: Auth) =>
  Object.entries(contract).map(([key, { summary }]) => {
    const [method, path] = key.split(' ') as [Method, Route['path']]
    return { method, path, auth, summary }
  })

/** For lists whose routes are all of one kind. */
export const routesFor =
  (auth: Auth) =>
  (method: Method, path: Route['path'], summary: string): Route => ({ method, path, auth, summary })

export type Endpoint = {
  /** Folder under functions/, the Lambda's name, the request in events/ and the test's name. */
  fn: string
  routes: readonly Route[]
  /** What its routes take and answer, where that is JSON. */
  contract?: Contract
  /** Least privilege: each entry is one IAM statement of the function's role. */
  grants: readonly Grant[]
  /** Default 512; Lambda gives CPU in proportion. */
  memoryMb?: number
}
