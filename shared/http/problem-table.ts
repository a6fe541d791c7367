import { directoryProblems } from './problems/directories.ts'
import { domainProblems } from './problems/domains.ts'
import { generalProblems } from './problems/general.ts'
import { providerProblems } from './problems/idps.ts'
import { operatorProblems } from './problems/operators.ts'
import { organizationProblems } from './problems/organizations.ts'
import { portalProblems } from './problems/portals.ts'
import { productProblems } from './problems/products.ts'
import { userProblems } from './problems/users.ts'

/** Every problem of the administration API, by cause: the one error table of that protocol. */
export const problemTable = {
  ...generalProblems,
  ...operatorProblems,
  ...domainProblems,
  ...directoryProblems,
  ...organizationProblems,
  ...portalProblems,
  ...providerProblems,
  ...productProblems,
  ...userProblems,
} as const

export type ProblemCause = keyof typeof problemTable
