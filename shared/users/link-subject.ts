import { fail, type Result } from '../result.ts'
import { attributeSubjectKey, subjectKey } from '../sign-in/subject-key.ts'
import { type UserTarget, withUser } from './change-user.ts'
import type { UserCause } from './errors.ts'
import type { UserStore } from './ports.ts'
import { MAX_SUBJECTS, type UserRecord, type UserSubject } from './types.ts'

type Linking = Pick<UserSubject, 'idpId' | 'nameId' | 'isAttribute'>

/**
 * Lets a user be found by one more name of a provider. A name that leads to somebody already stays
 * with them.
 */
export const linkSubject = (
  store: Pick<UserStore, 'find' | 'link'>,
  target: UserTarget,
  { idpId, nameId, isAttribute }: Linking,
): Promise<Result<UserRecord, UserCause>> =>
  withUser<UserRecord>(store, target, async (record) => {
    const { state } = record.user
    if (state === 'deleted') return fail('user_deleted')
    if (state === 'invited') return fail('user_invited')
    if (record.subjectCount >= MAX_SUBJECTS) return fail('too_many_subjects')
    const key = isAttribute ? attributeSubjectKey(idpId, nameId) : subjectKey(idpId, nameId)
    const { at: linkedAt, actor: linkedBy } = target.act
    return store.link(record, { key, idpId, nameId, isAttribute, linkedAt, linkedBy }, target.act)
  })

/**
 * Takes a name of a provider from a user. Without any, the next sign-in with their address is theirs
 * again.
 *
 * @param key what the subject is stored by
 */
export const unlinkSubject = (
  store: Pick<UserStore, 'find' | 'findSubjects' | 'unlink'>,
  target: UserTarget,
  key: string,
): Promise<Result<UserRecord, UserCause>> =>
  withUser<UserRecord>(store, target, async (record) => {
    if (record.user.state === 'deleted') return fail('user_deleted')
    const subjects = await store.findSubjects(target.orgId, target.userId)
    const subject = subjects.find((one) => one.key === key)
    return subject ? store.unlink(record, subject, target.act) : fail('subject_unknown')
  })
