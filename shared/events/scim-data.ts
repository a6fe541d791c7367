/** What events tell of a SCIM directory. */
export const directoryData = [
  'directoryId',
  'orgId',
  'name',
  'state',
  'paused',
  'guard',
  'rev',
] as const

/** What they tell of one of its tokens. */
export const scimTokenData = ['tokenId', 'directoryId', 'orgId', 'label'] as const

/** What they tell of a SCIM group. */
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
