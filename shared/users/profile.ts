import type { Profile } from './types.ts'

/** What a provider may stop sending. */
export const nameFields = ['givenName', 'familyName', 'displayName'] as const

/** Whether a provider says the same of a person as last time. */
export const isSameProfile = (a: Profile, b: Profile) =>
  a.email === b.email && nameFields.every((name) => a[name] === b[name])
