import {
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { orgOfSsoToken, type UserId } from '../ids.ts'
import type { IssueStore } from '../portals/ports.ts'
import { foldEmail } from '../users/email.ts'
import { foldUserName } from '../users/user-name.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { organizationOf } from './entities.ts'
import { update } from './item-writes.ts'
import { loginItem, personKeys, personOf, receiptItem, ssoTokenKey } from './portal-items.ts'
import { ssoTokenOf } from './sso-token-item.ts'

/** What issues login tokens to portals: one read, then writes that nobody waits for one by one. */
export const dynamoIssues = (directory: string, ephemeral: string): IssueStore => ({
  ...issueReads(directory),
  ...issueWrites(directory, ephemeral),
})

const issueReads = (directory: string): Pick<IssueStore, 'find' | 'findPerson'> => ({
  async find(id, { by, value }) {
    const orgId = orgOfSsoToken(id)
    const marker =
      by === 'email'
        ? directoryKeys.email(orgId, foldEmail(value))
        : directoryKeys.userName(orgId, foldUserName(value))
    const keys = [
      ssoTokenKey(id),
      directoryKeys.organization(orgId),
      marker,
      directoryKeys.catalogue(),
    ]
    const [ssoToken, organization, found, catalogue] = await readItems(
      keys.map((key) => ({ table: directory, key })),
    )
    return {
      ssoToken: ssoTokenOf(ssoToken),
      organization: organizationOf(organization),
      userId: (found as { userId?: UserId } | undefined)?.userId,
      catalogue: catalogueOf(catalogue),
    }
  },

  async findPerson(orgId, userId) {
    const keys = personKeys(orgId, userId)
    return personOf(await readItems(keys.map((key) => ({ table: directory, key }))))
  },
})

const issueWrites = (
  directory: string,
  ephemeral: string,
): Pick<IssueStore, 'save' | 'markUsed'> => ({
  async save(login) {
    const { ssoTokenId, orgId, userId, receiptId: id, product, host, issuedAtMs } = login
    const receipt = { id, ssoTokenId, orgId, userId, product, host, issuedAtMs }
    const items = [
      { TableName: ephemeral, Item: toItem(loginItem(login)) },
      { TableName: directory, Item: toItem(receiptItem(receipt, issuedAtMs)) },
    ]
    await Promise.all(items.map((item) => dynamo.send(new PutItemCommand(item))))
  },

  async markUsed({ id }, now) {
    const noted = update(directory, {
      key: ssoTokenKey(id),
      set: { lastUsedAt: now },
      condition: 'attribute_exists(#pk) AND attribute_not_exists(#removedAt)',
      values: {},
    })
    try {
      await dynamo.send(new UpdateItemCommand(noted))
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  },
})
