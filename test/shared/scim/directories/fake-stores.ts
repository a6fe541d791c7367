import type { OrgId } from '#shared/ids.ts'
import type { DirectoryStore, ScimTokenStore } from '#shared/scim/directories/ports.ts'
import type { Directory } from '#shared/scim/types.ts'

export const now = 1_772_619_330
export const orgId: OrgId = 'org_00000000000000000000000000000001'

export const directory: Directory = {
  id: 'dir_0000000000000000000000000000000100000001',
  ...{ orgId, name: 'Okta', state: 'active', guard: { share: 20, atLeast: 20 } },
  ...{ cursorKey: 'key', createdAt: now, revision: 3 },
}

const unexpected = async () => {
  throw new Error('not of this test')
}

/** A store with one directory; what is not given is not to be called. */
export const directoriesWith = (
  found: Directory | undefined,
  given: Partial<DirectoryStore> = {},
): DirectoryStore => ({
  ...{ findCreated: unexpected, list: unexpected, countResources: unexpected },
  ...{ hasResources: unexpected, create: unexpected, change: unexpected, remove: unexpected },
  find: async (org, id) => (org === found?.orgId && id === found.id ? found : undefined),
  ...given,
})

export const tokensWith = (given: Partial<ScimTokenStore>): ScimTokenStore => ({
  ...{ findLive: async () => ({ tokens: [], revision: 1 }), findAll: unexpected },
  ...{ create: unexpected, revoke: unexpected },
  ...given,
})
