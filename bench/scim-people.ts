import type { GroupId, UserId } from '#shared/ids.ts'
import type { Document } from '#shared/scim/types.ts'

/** That the organization has proved: who has an address there is a user of ours, too. */
export const DOMAIN = 'acme.example'

const digitsOf = (at: number) => (at >>> 0).toString(16).padStart(32, '0')

/** Ids of people and groups that the bench makes, spread as random ones are. */
export const userIdAt = (at: number): UserId => `usr_${spread(at)}${digitsOf(at).slice(8)}`
export const groupIdAt = (at: number): GroupId => `grp_${spread(at)}${digitsOf(at).slice(8)}`

/** Knuth's multiplicative hash: neighbours come to stand far from each other. */
const spread = (at: number) => (Math.imul(at, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')

export const userNameAt = (at: number) => `ada.lovelace.${at}@${DOMAIN}`

/** What Entra ID sends of a new employee: 1.2 KB. */
export const userBody = (at: number) => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  externalId: `ext-${at}`,
  userName: userNameAt(at),
  active: true,
  displayName: `Ada Lovelace ${at}`,
  name: {
    formatted: `Ada Lovelace ${at}`,
    familyName: `Lovelace ${at}`,
    givenName: 'Ada',
  },
  title: 'Senior Analyst',
  preferredLanguage: 'en-GB',
  emails: [{ primary: true, type: 'work', value: userNameAt(at) }],
  phoneNumbers: [
    { type: 'work', value: '+44 20 7946 0001' },
    { type: 'mobile', value: '+44 7700 900001' },
  ],
  addresses: [
    {
      type: 'work',
      formatted: '12 St James Square, London SW1Y 4JH',
      streetAddress: '12 St James Square',
      locality: 'London',
      postalCode: 'SW1Y 4JH',
      country: 'GB',
    },
  ],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
    employeeNumber: String(at),
    costCenter: '4130',
    organization: 'Acme',
    division: 'Engines',
    department: 'Analysis',
  },
})

/** The same as it is stored. */
export function documentAt(at: number): Document {
  const { schemas: _, ...document } = userBody(at)
  return document
}

const PATCH = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

/** As Entra ID deactivates and reactivates. */
export const activeBody = (active: boolean) => ({
  schemas: PATCH,
  Operations: [{ op: 'replace', path: 'active', value: active }],
})

export const titleBody = (title: string) => ({
  schemas: PATCH,
  Operations: [{ op: 'replace', path: 'title', value: title }],
})

/** As Entra ID puts somebody into a group. */
export const addMemberBody = (id: UserId) => ({
  schemas: PATCH,
  Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
})

/** As Entra ID takes somebody out of a group. */
export const removeMemberBody = (id: UserId) => ({
  schemas: PATCH,
  Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }],
})

export const groupBody = (name: string) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName: name,
  externalId: `ext-${name}`,
})
