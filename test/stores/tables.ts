import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamo, type Key } from '#shared/aws/dynamo.ts'
import { fromItem, toItem } from '#shared/aws/dynamo-item.ts'
import { runningStack } from '#test/flows/running-stack.ts'

export type Item = Record<string, unknown>

/** The two tables of the running stack, and a way to look at them past the stores. */
export async function tables() {
  const { stack } = await runningStack()
  const directory = process.env['DIRECTORY_TABLE'] ?? ''
  const ephemeral = process.env['EPHEMERAL_TABLE'] ?? ''
  const read = async (table: string, key: Key): Promise<Item | undefined> => {
    const Key = toItem(key)
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    )
    return Item && fromItem<Item>(Item)
  }
  const put = async (table: string, item: Key & Item) => {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: toItem(item) }))
  }
  const remove = async (table: string, key: Key) => {
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: toItem(key) }))
  }
  return { stack, directory, ephemeral, read, put, remove }
}

export type Tables = Awaited<ReturnType<typeof tables>>
