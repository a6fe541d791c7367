import { endpoints } from '#infra/routes.ts'
import type { Operation } from '#shared/http/contract.ts'

/** A route that has a contract. */
export type ApiRoute = { key: string; method: string; path: string; operation: Operation }

const routesOf = (wanted: 'admin' | 'operator'): readonly ApiRoute[] =>
  endpoints.flatMap(({ routes, contract }) =>
    routes.flatMap(({ method, path, auth }) => {
      const operation = (contract as Record<string, Operation> | undefined)?.[`${method} ${path}`]
      const key = `${method} ${path}`
      return auth === wanted && operation ? [{ key, method, path, operation }] : []
    }),
  )

/** Of the administration API. */
export const adminRoutes = routesOf('admin')

export const operatorRoutes = routesOf('operator')

/** A path of the organization's, with ids that can be some; those that are given stand for theirs. */
export const pathOf = (path: string, ids: Readonly<Record<string, string>>) =>
  path.replace(/\{(\w+)\+?\}/g, (_, name: string) =>
    encodeURIComponent(ids[name] ?? placeholder(name)),
  )

/** Ids that can be but are not. */
function placeholder(name: string): string {
  const hex = 'f'.repeat(32)
  return placeholders[name]?.(hex) ?? hex
}

const placeholders: Readonly<Record<string, (hex: string) => string>> = {
  idp: (hex) => `idp_${hex}`,
  user: (hex) => `usr_${hex}`,
  account: (hex) => `acc_${hex}`,
  invitation: (hex) => `inv_${hex}`,
  key: (hex) => `key_${hex}`,
  link: (hex) => `key_${hex}`,
  credential: (hex) => `cred_${hex}`,
  directory: (hex) => `dir_${hex}${'f'.repeat(8)}`,
  token: (hex) => `sct_${hex}`,
  ssoToken: (hex) => `sso_${hex}${'f'.repeat(16)}`,
  trace: (hex) => `trc_${hex}`,
  test: (hex) => `tst_${hex}`,
  domain: (hex) => `${hex}.example`,
  product: () => 'meetings',
  subject: () => 'f'.repeat(43),
  task: () => 'update-provider',
}
