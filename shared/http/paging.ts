import * as v from 'valibot'

const MOST = 100

const limit = v.optional(
  v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/, `1 to ${MOST}`), v.transform(Number)),
  '50',
)

/** Where a list goes on: opaque to callers, and nothing that they have not been shown. */
export const cursorOf = (place: string) => Buffer.from(place).toString('base64url')

const placeOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString()

/** Sort keys have 1 to 1024 bytes (DynamoDB, "Constraints"). */
function isSortKey(text: string): boolean {
  const size = Buffer.byteLength(text)
  return size >= 1 && size <= 1024
}

/**
 * `?limit=` and `?cursor=` of a list, beside its filters. Callers send as cursor what they got as
 * `next`; the handler reads the place in it.
 *
 * @param isPlace whether a sort key can be a place in this list; default: any
 */
export const paging = (isPlace: (text: string) => boolean = () => true) => ({
  limit,
  cursor: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(2048),
      v.check((cursor) => cursorOf(placeOf(cursor)) === cursor, 'a cursor of this list'),
      v.transform(placeOf),
      v.check((place) => isSortKey(place) && isPlace(place), 'a cursor of this list'),
    ),
  ),
})
