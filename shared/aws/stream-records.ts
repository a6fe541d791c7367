import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import { type ChangedItem, cloudEvent } from '../events/cloud-event.ts'
import type { Relayed } from '../events/relay.ts'
import { fromItem } from './dynamo-item.ts'
import { memberOfKey } from './scim-keys.ts'

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>

/**
 * The events of changes that carry one; an item that kept its last event has none to tell. Of a
 * member's row, of which a group may have 100,000, the key tells what other items say in attributes.
 */
export const eventsOf = (records: readonly DynamoDBRecord[], source: string): Relayed[] =>
  records.flatMap(({ dynamodb }) => {
    const item = read(dynamodb?.NewImage)
    const sequenceNumber = dynamodb?.SequenceNumber
    if (!item?.evt || sequenceNumber === undefined) return []
    if (item.evt.id === read(dynamodb?.OldImage)?.evt?.id) return []
    return [{ sequenceNumber, event: cloudEvent({ ...memberOfKey(item), ...item }, source) }]
  })

/** Lambda and the SDK type the same JSON differently. */
const read = (image: Image | undefined) =>
  image && fromItem<ChangedItem>(image as Record<string, AttributeValue>)
