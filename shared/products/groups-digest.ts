import { sha256 } from '../secrets.ts'

/** The same for the same groups, in whatever order and however often they were said. */
export const groupsDigest = (groups: readonly string[]) =>
  sha256(JSON.stringify([...new Set(groups)].sort(byCode)))

const byCode = (a: string, b: string) => (a < b ? -1 : 1)
