import { fail, ok } from '../result.ts'
import type { Act, ChangeError, LinkError, UserStore } from '../users/ports.ts'
import type { Profile, User, UserRecord, UserSubject } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, put, writeAll } from './guarded-write.ts'
import { condition, putNew } from './item-writes.ts'
import { userChangeWrites } from './user-changes.ts'
import { userSubjectItem } from './user-items.ts'
import { writeUser } from './write-user.ts'

/** How long the row of what was unlinked stays, for its event: seconds. */
const KEPT_SECONDS = 30 * 24 * 3600

/** What a user is known by, changed by an admin. */
export const userLinks = (directory: string): Pick<UserStore, 'link' | 'unlink'> => ({
  async link(before, subject, act) {
    const next = { ...before, revision: before.revision + 1, subjectCount: before.subjectCount + 1 }
    const error = await writeUser<LinkError | ChangeError>([
      ...userChangeWrites(directory, before, next, { act }),
      providerOf(directory, before.user, subject),
      newSubject(directory, before.user, subject),
      linkedRow(directory, before.user, subject, act),
    ])
    return error ? fail(linkError(error)) : ok(next)
  },

  async unlink(before, subject, act) {
    const next = { ...before, revision: before.revision + 1, subjectCount: countWithout(before) }
    const { orgId, id: userId } = before.user
    const { key } = subject
    const Delete = condition(directory, {
      key: directoryKeys.subject(key),
      condition: '#userId = :userId',
      values: { userId },
    })
    const row = {
      ...userSubjectItem({ orgId, id: userId }, subject),
      unlinkedAt: act.at,
      expiresAt: act.at + KEPT_SECONDS,
      evt: evt('latchkey.user.subject-unlinked.v1', act.at, act.actor),
    }
    const failure = await writeAll([
      ...userChangeWrites(directory, before, next, { act }),
      { write: { Delete }, onFailure: () => 'changed_meanwhile' as const },
      put(directory, row),
    ])
    return failure ? fail('changed_meanwhile') : ok(next)
  },
})

const countWithout = ({ subjectCount }: UserRecord) => Math.max(0, subjectCount - 1)

/** Of a change that moves no address, no user name and no role. */
const linkError = (error: LinkError | ChangeError): LinkError =>
  error === 'subject_taken' || error === 'provider_unknown' ? error : 'changed_meanwhile'

const providerOf = (
  directory: string,
  { orgId }: User,
  { idpId }: UserSubject,
): GuardedWrite<'provider_unknown'> => ({
  write: {
    ConditionCheck: condition(directory, {
      key: directoryKeys.idp(idpId),
      condition: '#orgId = :orgId AND #state <> :removed',
      values: { orgId, removed: 'removed' },
    }),
  },
  onFailure: () => 'provider_unknown',
})

/** Until the provider says something, it counts as having said what the user is. */
const newSubject = (
  directory: string,
  { id: userId, orgId, ...user }: User,
  { key, idpId }: UserSubject,
): GuardedWrite<'subject_taken'> => ({
  write: putNew(directory, {
    ...directoryKeys.subject(key),
    ...{ idpId, orgId, userId, profile: profileOf(user) },
  }),
  onFailure: () => 'subject_taken',
})

const profileOf = ({ email, givenName, familyName, displayName }: Profile) => ({
  ...{ email, givenName, familyName, displayName },
})

/** The row that carries the event. */
export const linkedRow = (directory: string, user: User, subject: UserSubject, act: Act) =>
  put(directory, {
    ...userSubjectItem(user, subject),
    evt: evt('latchkey.user.subject-linked.v1', act.at, act.actor),
  })
