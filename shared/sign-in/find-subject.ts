import type { IdpId } from '../ids.ts'
import type { Admitted } from './admit-response.ts'
import type { Judged } from './judge-response.ts'
import type { SignIn, SignInStore, Subject } from './ports.ts'
import { attributeSubjectKey, subjectKey } from './subject-key.ts'

export type SubjectKeys = Pick<SignIn, 'subject' | 'subjectKey' | 'nameIdKey'>

/** What the person is stored by. */
export const keysOf = (
  { idp, subject, isKnownByAttribute, assertion }: Judged,
  idpId: IdpId = idp.id,
): SubjectKeys =>
  isKnownByAttribute
    ? {
        subject,
        subjectKey: attributeSubjectKey(idpId, subject),
        nameIdKey: subjectKey(idpId, assertion.nameId.value),
      }
    : { subject, subjectKey: subjectKey(idpId, subject) }

/** Who the person is, if what was read by the look of the message tells; else by a read of its own. */
export async function subjectOf(
  store: SignInStore,
  judged: Judged,
  { found, lookup }: Admitted,
): Promise<Subject | undefined> {
  const isLookedUp = !judged.isKnownByAttribute && judged.subject === lookup.nameId
  if (isLookedUp && found.subject) return found.subject
  const { predecessors = [] } = judged.idp
  return isLookedUp && predecessors.length === 0 ? undefined : findSubject(store, judged)
}

/** Reads who the person is, also as a predecessor of the provider knew them. */
export async function findSubject(
  store: SignInStore,
  judged: Judged,
): Promise<Subject | undefined> {
  const { id, predecessors = [] } = judged.idp
  const keys = [id, ...predecessors].map((idpId) => keysOf(judged, idpId).subjectKey)
  const [present, ...former] = await store.findSubjects(keys)
  const before = former.find((subject) => subject?.orgId === judged.idp.orgId)
  return present ?? (before && { ...before, isFormer: true })
}
