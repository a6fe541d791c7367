import type { UserId } from '../ids.ts'
import type { SignIn } from '../sign-in/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { type GuardedWrite, put } from './guarded-write.ts'
import { productAttribute } from './product-attribute.ts'

/** The user must have a seat of the landing page's product, by whichever account (R18). */
export const requireAccess = (
  directory: string,
  { idp, landing }: SignIn,
  userId: UserId,
): GuardedWrite<'no_product_access'> => ({
  write: {
    ConditionCheck: {
      TableName: directory,
      Key: toItem(directoryKeys.userProducts(idp.orgId, userId)),
      ConditionExpression: '#product > :none',
      ExpressionAttributeNames: { '#product': productAttribute(landing.product) },
      ExpressionAttributeValues: toItem({ ':none': 0 }),
    },
  },
  onFailure: () => 'no_product_access',
})

/** Groups that were not asserted last time are kept for rules that may come. */
export function groupWrites(
  directory: string,
  { idp, subjectKey, newGroups }: SignIn,
  userId: UserId,
): GuardedWrite<never>[] {
  if (!newGroups) return []
  const { digest, at } = newGroups
  const { id: idpId, orgId } = idp
  const kept = { ...directoryKeys.userGroups(orgId, userId, idpId), idpId, ...newGroups }
  return [
    put(directory, kept),
    put(directory, { ...directoryKeys.subjectGroups(subjectKey), orgId, userId, digest, at }),
  ]
}
