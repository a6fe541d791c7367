import type { IdpId } from '../ids.ts'
import type { Management } from './management.ts'

const DAY = 24 * 3600
const HOUR = 3600

/**
 * When a provider should be looked at next, in epoch seconds: daily, and hourly as long as its
 * metadata cannot be read. The first time comes within a day, spread by the id, so that providers
 * that were made together do not stay together.
 */
export function nextVisit(id: IdpId, management: Management, createdAt: number): number {
  const { visitedAt, refreshCause } = management
  if (visitedAt === undefined) return createdAt + (Number.parseInt(id.slice(-6), 16) % DAY)
  return visitedAt + (refreshCause === undefined ? DAY : HOUR)
}
