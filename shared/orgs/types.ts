import type { OrgId } from '../ids.ts'

/** A business customer of the vendor: it owns domains, identity providers and users (R1). */
export type Organization = {
  id: OrgId
  name: string
  /** Product key of the page that sign-ins without a target go to. */
  defaultProduct: string
  /** How people come to exist (R21); absent: `automatic`, at their first sign-in. */
  joinPolicy?: JoinPolicy
  /** Hosts of its own that products answer at for it: operators say which. */
  productHosts?: readonly ProductHost[]
}

/** A host, with its port where it has one, that a product answers at beside that of its landing page. */
export type ProductHost = { product: string; host: string }

export const joinPolicies = ['automatic', 'invitation'] as const
type JoinPolicy = (typeof joinPolicies)[number]
