import type { DirectoryId } from '../ids.ts'
import type { Room } from '../scim/ports.ts'
import { toItem } from './dynamo-item.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { scimKeys } from './scim-keys.ts'

/**
 * Counts people whom a directory takes something from, as long as there is room for them; what is
 * too old to count goes with it.
 */
export function guardWrite(
  table: string,
  directory: DirectoryId,
  { bucket, room, over }: Room,
  people = 1,
): GuardedWrite<'guarded'> {
  const remove = over.length > 0 ? ` REMOVE ${over.map((_, at) => `#over${at}`).join(', ')}` : ''
  const Update = {
    TableName: table,
    Key: toItem(scimKeys.guard(directory)),
    UpdateExpression: `ADD #bucket :people${remove}`,
    // Where not even the first one fits, this holds for no number.
    ConditionExpression:
      people <= room ? 'attribute_not_exists(#bucket) OR #bucket <= :most' : '#bucket < :most',
    ExpressionAttributeNames: {
      '#bucket': bucket,
      ...Object.fromEntries(over.map((name, at) => [`#over${at}`, name])),
    },
    ExpressionAttributeValues: toItem({
      ':people': people,
      ':most': people <= room ? room - people : 0,
    }),
  }
  return { write: { Update }, onFailure: () => 'guarded' }
}
