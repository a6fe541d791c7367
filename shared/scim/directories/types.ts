import type { DirectoryId, OrgId, ScimTokenId } from '../../ids.ts'

/** What a provisioning client presents; only the hash of its secret is stored. Times: epoch seconds. */
export type ScimToken = {
  id: ScimTokenId
  directoryId: DirectoryId
  orgId: OrgId
  secretHash: string
  /** What its creator calls it. */
  label: string
  createdAt: number
  /** Who made it. */
  createdBy: string
  /** Absent: it is good until it is revoked. */
  expiresAt?: number
  /** Exact to some minutes; absent: it has never been used. */
  lastUsedAt?: number
}
