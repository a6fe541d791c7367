import type { Listed, SearchPorts } from './search-ports.ts'

/** Lambda answers 6 MB: there is room for what rendering adds. */
const MAX_BYTES = 4_000_000

/** So many of a page's resources, from the first one, as one answer holds; at least one. */
export function fitting<Resource extends Listed>(
  { sizeOf = () => 0 }: Pick<SearchPorts<Resource>, 'sizeOf'>,
  resources: readonly Resource[],
): readonly Resource[] {
  let bytes = 0
  const end = resources.findIndex((resource) => {
    bytes += Buffer.byteLength(JSON.stringify(resource.document)) + sizeOf(resource)
    return bytes > MAX_BYTES
  })
  return end === -1 ? resources : resources.slice(0, Math.max(end, 1))
}
