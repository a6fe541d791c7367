import { sha256 } from '../secrets.ts'

/**
 * Key of a provider as responses name it: the scope of our identifiers (`shared`, or the
 * organization whose ACS was called) and the provider's entity ID.
 */
export const issuerKey = (scope: string, entityId: string) => sha256(`${scope}\n${entityId}`)

/** Key of a principal: (identity provider, NameID), never the e-mail address (R13). */
export const subjectKey = (issuer: string, nameId: string) => sha256(`${issuer}\n${nameId}`)
