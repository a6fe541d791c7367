import type { UserId } from '../ids.ts'
import type { SignIn } from '../sign-in/ports.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { put } from './guarded-write.ts'
import { putNew } from './item-writes.ts'
import { directoryKeys } from './keys.ts'

/** The person is found by this key of the provider from now on, and shows it among their own. */
export const subjectWrites = (
  directory: string,
  { idp, profile, subject, subjectKey, nameIdKey, trace }: SignIn,
  userId: UserId,
): GuardedWrite<'subject_changed'>[] => {
  const { id: idpId, orgId } = idp
  const row = {
    ...directoryKeys.userSubject(orgId, userId, subjectKey),
    userId,
    orgId,
    idpId,
    nameId: subject,
    ...(nameIdKey !== undefined && { isAttribute: true }),
    linkedAt: trace.at,
    linkedBy: `idp:${idpId}`,
  }
  return [
    {
      write: putNew(directory, {
        ...directoryKeys.subject(subjectKey),
        idpId,
        orgId,
        userId,
        profile,
      }),
      onFailure: () => 'subject_changed',
    },
    put(directory, row),
  ]
}
