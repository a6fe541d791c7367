import type { IdpId } from '../ids.ts'
import { sha256 } from '../secrets.ts'

/**
 * Key of a provider as responses name it: the scope of our identifiers (`shared`, or the
 * organization whose ACS was called) and the provider's entity ID.
 */
export const issuerKey = (scope: string, entityId: string) => sha256(`${scope}\n${entityId}`)

/** Key of a principal: (identity provider, NameID), never the e-mail address (R13). */
export const subjectKey = (idpId: IdpId, nameId: string) => sha256(`${idpId}\n${nameId}`)

/** The same for one who is known by an attribute, as the NameID changes at each sign-in. */
export const attributeSubjectKey = (idpId: IdpId, value: string) =>
  sha256(`attribute\n${idpId}\n${value}`)
