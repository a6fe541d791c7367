import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { CertificateStore } from '../saml/sp-certificates.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { fromItem, toItem } from './dynamo-item.ts'

type CertificateItem = { certificate: string }

/** Certificates of our SAML keys: the first that is put stays. */
export const dynamoCertificates = (directory: string): CertificateStore => ({
  async find(keyNames) {
    const wanted = keyNames.map((name) => ({
      table: directory,
      key: directoryKeys.certificate(name),
    }))
    const items = await readItems(wanted)
    return items.map((item) => (item as CertificateItem | undefined)?.certificate)
  },

  async keep(keyName, certificate) {
    const put = new PutItemCommand({
      TableName: directory,
      Item: toItem({ ...directoryKeys.certificate(keyName), certificate }),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    try {
      await dynamo.send(put)
      return certificate
    } catch (error) {
      // Somebody was first: another environment, or this one where an answer got lost.
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
      return fromItem<CertificateItem>(error.Item).certificate
    }
  },
})
