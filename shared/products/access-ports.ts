import type { Result } from '../result.ts'
import type { Access, AccessAct, AccessKey, GrantedBy, Seat, SeatCount, Waiting } from './access.ts'
import type { Account } from './account.ts'

export type FoundAccess = {
  account: Account | undefined
  /** Undefined: the account has no seats for the product. */
  count: SeatCount | undefined
  /** Whether the user is there and not deleted. */
  isUser: boolean
  access: Access | undefined
}

/** A person whose access is removed, and who is next, if anybody waits. */
export type Freed = { access: Access; next: Waiting | undefined }

export type GiveError = 'changed_meanwhile' | 'user_unknown' | 'too_many_accesses'

/**
 * Seats and who has them. Each change is one write of all or nothing: a seat is counted as used
 * exactly while somebody has it. `changed_meanwhile`: nothing is written; look again.
 */
export type AccessStore = {
  /** Strongly consistent. */
  find(key: AccessKey): Promise<FoundAccess>
  /** Who is first in the queue; strongly consistent. */
  findNext(seat: Seat): Promise<Waiting | undefined>
  /** Takes a free seat, or a place at the end of the queue while there is none. */
  give(
    key: AccessKey,
    wanted: { state: Access['state']; grantedBy: GrantedBy },
    act: AccessAct,
  ): Promise<Result<Access, GiveError>>
  /** What a rule gave is an admin's grant from now on. */
  takeOver(
    key: AccessKey,
    access: Access,
    act: AccessAct,
  ): Promise<Result<Access, 'changed_meanwhile'>>
  /** Takes access away; its seat goes to who is next. */
  take(key: AccessKey, freed: Freed, act: AccessAct): Promise<'changed_meanwhile' | undefined>
  /** Gives free seats to those who are first in the queue, up to 20; answers how many got one. */
  promote(seat: Seat, act: AccessAct): Promise<number>
  /** Who has a seat, then who waits, in order. */
  listHolders(seat: Seat, page: { after?: string; limit: number }): Promise<HolderPage>
}

export type Holder = Pick<Access, 'userId' | 'state' | 'grantedBy' | 'at'> & {
  /** Absent where the user cannot be read any more. */
  person?: { email: string; displayName?: string }
}
export type HolderPage = { rows: readonly Holder[]; next?: string }
