import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import type { StreamedWish } from '../mails/send-mails.ts'
import type { WantedMail } from '../mails/types.ts'
import { fromItem } from './dynamo-item.ts'

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>

/** The mails that changes ask for; an item that kept its last one asks for none. */
export const wishesOf = (records: readonly DynamoDBRecord[]): StreamedWish[] =>
  records.flatMap(({ dynamodb }) => {
    const item = read(dynamodb?.NewImage)
    const sequenceNumber = dynamodb?.SequenceNumber
    if (!item?.mail || sequenceNumber === undefined) return []
    if (item.mail.id === read(dynamodb?.OldImage)?.mail?.id) return []
    return [{ sequenceNumber, mail: item.mail, item }]
  })

/** Lambda and the SDK type the same JSON differently. */
const read = (image: Image | undefined) =>
  image && fromItem<{ mail?: WantedMail }>(image as Record<string, AttributeValue>)
