import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { requestHandle } from '../sign-in/login-handle.ts'
import type { RequestStore } from '../sign-in/ports.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { identityProviderOf } from './entities.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { requestItem } from './login-record.ts'
import { testOf } from './test-store.ts'

export const dynamoRequests = (directory: string, ephemeral: string): RequestStore => ({
  async findProvider(idpId, testId) {
    const [idp, catalogue, test] = await readItems([
      { table: directory, key: directoryKeys.idp(idpId) },
      { table: directory, key: directoryKeys.catalogue() },
      ...(testId === undefined ? [] : [{ table: ephemeral, key: ephemeralKeys.test(testId) }]),
    ])
    return {
      idp: identityProviderOf(idp),
      catalogue: catalogueOf(catalogue),
      ...(test && { test: testOf(test) }),
    }
  },

  async saveRequest(request) {
    await dynamo.send(
      new PutItemCommand({
        TableName: ephemeral,
        Item: toItem(requestItem(requestHandle(request.requestId), request)),
        // A repeat must not fail, but one that comes late must not undo what answered the request.
        ConditionExpression: 'attribute_not_exists(secretHash) AND attribute_not_exists(testedAt)',
      }),
    )
  },
})
