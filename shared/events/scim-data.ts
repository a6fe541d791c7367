/** What events tell of a SCIM group. */
export const groupData = [
  'groupId',
  'orgId',
  'directoryId',
  'displayName',
  'externalId',
  'ver',
] as const

/** What they tell of one of its members. */
export const memberData = ['groupId', 'orgId', 'directoryId', 'memberId', 'type'] as const
