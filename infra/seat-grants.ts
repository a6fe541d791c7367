import type { Grant } from './grants.ts'

/** Who gives and takes seats. */
export const changesSeats = [
  { on: 'directory', actions: ['BatchGetItem'], keys: ['accounts#*', 'seats#*', 'org#*'] },
  { on: 'directory', actions: ['ConditionCheckItem'], keys: ['org#*'] },
  { on: 'directory', actions: ['UpdateItem'], keys: ['org#*', 'seats#*'] },
  { on: 'directory', actions: ['PutItem', 'DeleteItem', 'Query'], keys: ['holders#*'] },
  { on: 'directory', actions: ['Query'], keys: ['accounts#*', 'seats#*'] },
] as const satisfies readonly Grant[]

/** Who asks which groups a directory has somebody in. */
export const readsScimGroups = [
  { on: 'directory', actions: ['Query'], keys: ['scim#*#memberof#*'] },
  { on: 'directory', actions: ['BatchGetItem'], keys: ['scim#*#group#*'] },
] as const satisfies readonly Grant[]
