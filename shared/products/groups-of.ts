import type { KeptGroups } from './rule-ports.ts'

export type Grouped = { groups: readonly Pick<KeptGroups, 'names'>[] }

/** Groups of a person, whichever provider said so. */
export const groupsOf = ({ groups }: Grouped): string[] => [
  ...new Set(groups.flatMap(({ names }) => names)),
]
