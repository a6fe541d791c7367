import type { DirectoryId } from '../ids.ts'
import type { User } from './types.ts'

/** The user as one whom this directory provisions, beside those that do already. */
export const provisionedBy = <Whose extends Pick<User, 'directories'>>(
  user: Whose,
  directory: DirectoryId,
): Whose => ({
  ...user,
  directories: [...new Set([...(user.directories ?? []), directory])],
})

/** The same as one whom it does not provision any more. */
export function notProvisionedBy<Whose extends Pick<User, 'directories'>>(
  { directories = [], ...user }: Whose,
  directory: DirectoryId,
): Omit<Whose, 'directories'> & Pick<User, 'directories'> {
  const others = directories.filter((one) => one !== directory)
  return { ...user, ...(others.length > 0 && { directories: others }) }
}

/** Whether names and address are what a directory says, not what assertions say (ADR 0021). */
export const isProvisioned = ({ directories = [] }: Pick<User, 'directories'>) =>
  directories.length > 0
