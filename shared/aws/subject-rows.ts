import type { UserId } from '../ids.ts'
import type { SignIn, Subject } from '../sign-in/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { type GuardedWrite, put, remove } from './guarded-write.ts'

type Whose = {
  userId: UserId
  /** Who was known by it and is no user any more. */
  formerly?: UserId | undefined
  /** Whether the row tells it: a user who is new has an event of their own. */
  isTold?: boolean
  /** Set where a SCIM directory led to them. */
  metBy?: Subject['metBy']
}

/** The person is found by this key of the provider from now on, and shows it among their own. */
export function subjectWrites(
  directory: string,
  signIn: SignIn,
  { userId, formerly, isTold, metBy }: Whose,
): GuardedWrite<'subject_changed'>[] {
  const { idp, profile, subject, subjectKey, nameIdKey, trace } = signIn
  const { id: idpId, orgId } = idp
  const actor = `idp:${idpId}`
  const row = {
    ...directoryKeys.userSubject(orgId, userId, subjectKey),
    ...{ userId, orgId, idpId, nameId: subject },
    ...(nameIdKey !== undefined && { isAttribute: true }),
    ...(metBy && metBy !== 'unclear' && { metBy }),
    linkedAt: trace.at,
    linkedBy: actor,
    ...(isTold && { evt: evt('latchkey.user.subject-linked.v1', trace.at, actor) }),
  }
  const item = {
    ...directoryKeys.subject(subjectKey),
    ...{ idpId, orgId, userId, profile },
    ...(metBy && { metBy }),
  }
  return [
    { write: { Put: claim(directory, item, formerly) }, onFailure: () => 'subject_changed' },
    put(directory, row),
    ...(formerly
      ? [remove(directory, directoryKeys.userSubject(orgId, formerly, subjectKey))]
      : []),
  ]
}

const claim = (TableName: string, item: object, formerly: UserId | undefined) => ({
  TableName,
  Item: toItem(item),
  ConditionExpression: `attribute_not_exists(pk)${formerly ? ' OR userId = :formerly' : ''}`,
  ...(formerly && { ExpressionAttributeValues: toItem({ ':formerly': formerly }) }),
})
