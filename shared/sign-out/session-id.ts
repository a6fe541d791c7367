import { sha256 } from '../secrets.ts'

/**
 * Names a session by what its provider calls it, so that a LogoutRequest leads to it without a
 * look-up. Products know it as `sid`; it tells nothing of the person.
 */
export const sessionId = (subjectKey: string, sessionIndex: string) =>
  sha256(`${subjectKey}\n${sessionIndex}`)

/** The same where the provider gave no SessionIndex: only a logout of all sessions ends it. */
export const unnamedSessionId = (subjectKey: string, handle: string) =>
  sha256(`${subjectKey}\n\n${handle}`)
