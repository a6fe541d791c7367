import { logoutHandle } from '../sign-out/logout-handle.ts'
import type { Outstanding } from '../sign-out/ports.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'

const KEPT_SECONDS = 3600

type OutstandingItem = Omit<Outstanding, 'isAnswered'> & { answeredAt?: number }

/** A LogoutRequest of ours, at `logout#<handle>` in the ephemeral table until it is answered. */
export const outstandingItem = ({ isAnswered: _, ...request }: Outstanding) => ({
  ...ephemeralKeys.logout(logoutHandle(request.requestId)),
  ...request,
  expiresAt: request.validUntil + KEPT_SECONDS,
})

/** The item as a request of ours; undefined for a message of a provider. */
export function outstandingOf(item: object | undefined): Outstanding | undefined {
  const { requestId, idpId, product, target, validUntil, answeredAt } = (item ??
    {}) as Partial<OutstandingItem>
  const isRequest = requestId && idpId && product && validUntil !== undefined
  if (!isRequest) return undefined
  return {
    requestId,
    idpId,
    product,
    ...(target !== undefined && { target }),
    validUntil,
    isAnswered: answeredAt !== undefined,
  }
}

/** A provider's LogoutRequest, kept until it could not be presented again. */
export const seenItem = ({ handle, until }: { handle: string; until: number }) => ({
  ...ephemeralKeys.logout(handle),
  expiresAt: until + KEPT_SECONDS,
})
