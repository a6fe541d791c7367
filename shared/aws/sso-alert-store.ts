import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type AlertStore, quietSeconds } from '../portals/alerts.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo } from './dynamo.ts'
import { evt } from './event-attribute.ts'
import { update } from './item-writes.ts'
import { mail } from './mail-attribute.ts'
import { alertAttributes } from './sso-token-item.ts'

/** Alerts ride on the item of the SSO token: its time, event and mail are one write. */
export const dynamoSsoAlerts = (directory: string): AlertStore => ({
  async raise({ orgId, id }, kind, { at, traceId, actor }) {
    const attribute = alertAttributes[kind]
    const change = update(directory, {
      key: directoryKeys.ssoToken(orgId, id),
      set: {
        [attribute]: at,
        alert: { kind, at, ...(traceId !== undefined && { traceId }) },
        evt: evt('latchkey.sso-token.alerted.v1', at, actor),
        mail: mail('sso-token-alert', at),
      },
      condition:
        'attribute_exists(#ssoTokenId) AND attribute_not_exists(#removedAt) AND ' +
        `(attribute_not_exists(#${attribute}) OR #${attribute} <= :quietSince)`,
      values: { quietSince: at - quietSeconds[kind] },
    })
    try {
      await dynamo.send(new UpdateItemCommand(change))
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  },
})
