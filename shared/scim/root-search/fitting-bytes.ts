/** Lambda answers 6 MB. */
const MAX_BYTES = 5_000_000

/** So many of the resources of several types, from the first one, as one answer holds; at least one. */
export function fittingBytes(resources: readonly object[]): readonly object[] {
  let bytes = 0
  const end = resources.findIndex((resource) => {
    bytes += Buffer.byteLength(JSON.stringify(resource))
    return bytes > MAX_BYTES
  })
  return end === -1 ? resources : resources.slice(0, Math.max(end, 1))
}
