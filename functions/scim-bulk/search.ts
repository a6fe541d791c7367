import { searchAll } from '#shared/scim/root-search/search-all.ts'
import { search as groups } from './groups.ts'
import { search as users } from './users.ts'

export const search = searchAll([users, groups])
