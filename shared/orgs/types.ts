import type { OrgId } from '../ids.ts'

/** A business customer of the vendor: it owns domains, identity providers and users (R1). */
export type Organization = {
  id: OrgId
  name: string
  /** Product key of the page that sign-ins without a target go to. */
  defaultProduct: string
  /** How people come to exist (R21); absent: `automatic`, at their first sign-in. */
  joinPolicy?: JoinPolicy
}

export const joinPolicies = ['automatic', 'invitation'] as const
type JoinPolicy = (typeof joinPolicies)[number]
