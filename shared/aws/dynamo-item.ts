import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'

/** A plain object as DynamoDB stores it; what is undefined is left out. */
export const toItem = (value: object) => marshall(value, { removeUndefinedValues: true })

/** Stored items have the shapes that we wrote, so the type is the caller's to name. */
export const fromItem = <T>(item: Parameters<typeof unmarshall>[0]) => unmarshall(item) as T
