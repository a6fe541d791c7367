import type { MailId, SessionId, TestId } from '../ids.ts'

/** The same of the ephemeral table. */

export const login = (handle: string) => ({ pk: `login#${handle}` })
/** A LogoutRequest: ours until it is answered, a provider's so that it is good once. */
export const logout = (handle: string) => ({ pk: `logout#${handle}` })
/** Leads from the NameID of one session to somebody who is known by an attribute. */
export const sessionName = (nameIdKey: string) => ({ pk: `session#${nameIdKey}` })
/** A test sign-in that an admin asked for, then what came of it. */
export const test = (id: TestId) => ({ pk: `test#${id}` })
/** An administrator's session. */
export const adminSession = (id: SessionId) => ({ pk: `adminsession#${id}` })
/** A mailed link. */
export const link = (handle: string) => ({ pk: `link#${handle}` })
/** Tells that a mail has gone to one of those that it is for. */
export const sentMail = (id: MailId, recipient: string) => ({ pk: `mail#${id}#${recipient}` })
/** Calls of one caller in one window of time. */
export const rate = (callerAndWindow: string) => ({ pk: `rate#${callerAndWindow}` })
/** What a call was answered that may come again. */
export const answered = (keyHash: string) => ({ pk: `answered#${keyHash}` })
