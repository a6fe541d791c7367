import { sha256 } from '../secrets.ts'

/** Key of a LogoutRequest of ours while its answer is awaited; also its RelayState. */
export const logoutHandle = (requestId: string) => sha256(`logout\n${requestId}`)

/** Key under which a provider's LogoutRequest is remembered, as it is good once. */
export const seenHandle = (idpId: string, requestId: string) =>
  sha256(`logout of\n${idpId}\n${requestId}`)
