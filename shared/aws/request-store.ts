import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { requestHandle } from '../sign-in/login-handle.ts'
import type { RequestStore } from '../sign-in/ports.ts'
import { catalogueOf } from './catalogue-item.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import { identityProviderOf } from './entities.ts'
import { directoryKeys } from './keys.ts'
import { requestItem } from './login-record.ts'

export const dynamoRequests = (directory: string, ephemeral: string): RequestStore => ({
  async findProvider(idpId) {
    const [idp, catalogue] = await readItems([
      { table: directory, key: directoryKeys.idp(idpId) },
      { table: directory, key: directoryKeys.catalogue() },
    ])
    return { idp: identityProviderOf(idp), catalogue: catalogueOf(catalogue) }
  },

  async saveRequest(request) {
    await dynamo.send(
      new PutItemCommand({
        TableName: ephemeral,
        // No condition: the id has 160 random bits, and a repeat by the SDK must not fail.
        Item: toItem(requestItem(requestHandle(request.requestId), request)),
      }),
    )
  },
})
