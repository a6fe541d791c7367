import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { entityTag } from '#shared/http/preconditions.ts'
import { json } from '#shared/http/respond.ts'
import { Email, PersonName, Role } from '#shared/http/user-fields.ts'
import { directoryId, id, next, time } from '#shared/http/wire.ts'
import { isIdpId, isUserId } from '#shared/ids.ts'
import { isoTime } from '#shared/time.ts'
import { revisionOf } from '#shared/users/change-user.ts'
import {
  type DirectoryLink,
  type User,
  type UserRecord,
  type UserSubject,
  userStates,
  waysToJoin,
  waysToLink,
  waysToMeet,
} from '#shared/users/types.ts'
import { isUserName, MAX_USER_NAME } from '#shared/users/user-name.ts'

const UserName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(MAX_USER_NAME),
  v.check(isUserName, 'a user name'),
)

const names = {
  givenName: v.exactOptional(PersonName),
  familyName: v.exactOptional(PersonName),
  displayName: v.exactOptional(PersonName),
}

export const NewUser = v.strictObject({
  email: Email,
  userName: v.exactOptional(UserName),
  ...names,
  role: v.optional(Role, 'member'),
})

/** A merge patch: null takes a name away. */
export const UserPatch = v.strictObject({
  email: v.exactOptional(Email),
  userName: v.exactOptional(v.nullable(UserName)),
  givenName: v.exactOptional(v.nullable(PersonName)),
  familyName: v.exactOptional(v.nullable(PersonName)),
  displayName: v.exactOptional(v.nullable(PersonName)),
})

const searched = v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(256)))

export const Search = v.pipe(
  v.strictObject({
    email: searched,
    name: searched,
    userName: searched,
    state: v.exactOptional(v.picklist(userStates)),
    ...paging(),
  }),
  v.check(
    ({ email, name, userName, state }) =>
      [email, name, userName, state === 'deleted' ? state : undefined].filter(
        (one) => one !== undefined,
      ).length <= 1,
    'one of email, name, userName and the state deleted',
  ),
)

export const Confirmation = v.strictObject({
  confirm: v.exactOptional(v.pipe(v.string(), v.maxLength(254))),
})

export const RoleBody = v.strictObject({ role: Role })

export const NewSubject = v.strictObject({
  identityProvider: v.pipe(v.string(), v.guard(isIdpId)),
  nameId: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  /** Whether it is the value of the attribute that stands for the NameID. */
  isAttribute: v.optional(v.boolean(), false),
})

export const Merge = v.strictObject({
  from: v.pipe(v.string(), v.guard(isUserId)),
})

const Subject = v.strictObject({
  id: v.string(),
  identityProvider: id('idp'),
  nameId: v.string(),
  isAttribute: v.boolean(),
  metBy: v.exactOptional(v.picklist(waysToMeet)),
  linkedAt: time,
  linkedBy: v.string(),
})

export const SubjectList = v.strictObject({ subjects: v.array(Subject) })

const Directory = v.strictObject({
  id: directoryId,
  scimUser: id('usr'),
  how: v.picklist(waysToLink),
  linkedAt: time,
  linkedBy: v.string(),
})

const UserEntry = v.strictObject({
  id: id('usr'),
  state: v.picklist(userStates),
  role: Role,
  joinedBy: v.picklist(waysToJoin),
  email: v.string(),
  userName: v.exactOptional(v.string()),
  givenName: v.exactOptional(v.string()),
  familyName: v.exactOptional(v.string()),
  displayName: v.exactOptional(v.string()),
  invitation: v.exactOptional(id('inv')),
  deletedAt: v.exactOptional(time),
  restorableUntil: v.exactOptional(time),
  mergedInto: v.exactOptional(id('usr')),
})

export const UserList = v.strictObject({ users: v.array(UserEntry), next })

export const ShownUser = v.strictObject({
  ...UserEntry.entries,
  organization: id('org'),
  createdAt: time,
  subjects: v.array(Subject),
  directories: v.array(Directory),
})

/** How a user stands in a list. */
export function entry(user: User) {
  const { id, state, role, joinedBy, email, userName, givenName, familyName, displayName } = user
  const { invitationId, deletion } = user
  return {
    ...{ id, state, role, joinedBy, email },
    ...(userName !== undefined && { userName }),
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(displayName !== undefined && { displayName }),
    ...(invitationId && { invitation: invitationId }),
    ...(deletion && { deletedAt: isoTime(deletion.at) }),
    ...(deletion?.from && { restorableUntil: isoTime(deletion.until) }),
    ...(deletion?.mergedInto && { mergedInto: deletion.mergedInto }),
  }
}

export const shownSubject = ({ key, idpId, linkedAt, ...rest }: UserSubject) => ({
  id: key,
  identityProvider: idpId,
  ...rest,
  linkedAt: isoTime(linkedAt),
})

const shownDirectory = ({ directoryId, scimUserId, linkedAt, ...rest }: DirectoryLink) => ({
  id: directoryId,
  scimUser: scimUserId,
  ...rest,
  linkedAt: isoTime(linkedAt),
})

type Shown = {
  record: UserRecord
  subjects: readonly UserSubject[]
  directories: readonly DirectoryLink[]
  headers?: Record<string, string>
}

export const shown = (
  { record, subjects, directories, headers }: Shown,
  status: 200 | 201 = 200,
) => {
  const { user, createdAt } = record
  const body = {
    ...entry(user),
    organization: user.orgId,
    createdAt: isoTime(createdAt),
    subjects: subjects.map(shownSubject),
    directories: directories.map(shownDirectory),
  }
  return json(status, body, { etag: entityTag(revisionOf(record)), ...headers })
}
