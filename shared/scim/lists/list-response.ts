/** A page of a list, and of how many resources. */
export type ListPage<Resource> = {
  total: number
  resources: readonly Resource[]
  /** Where pages go by index. */
  startIndex?: number
  /** Where they go by cursor and another one follows. */
  nextCursor?: string
}

/**
 * A page as it is answered.
 *
 * Source: RFC 7644 §3.4.2; RFC 9865 §2.
 *
 * @param resources the page's, rendered
 */
export const listResponse = (
  { total, startIndex, nextCursor }: Omit<ListPage<unknown>, 'resources'>,
  resources: readonly object[],
) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: total,
  itemsPerPage: resources.length,
  ...(startIndex !== undefined && { startIndex }),
  ...(nextCursor !== undefined && { nextCursor }),
  Resources: resources,
})
