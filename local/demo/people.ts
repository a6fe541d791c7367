export type Person = {
  /** NameID of its assertions: lasts, whatever becomes of the address. */
  id: string
  email: string
  givenName: string
  familyName: string
  displayName: string
}

/** The domain that the demo's organization has proved. */
export const DEMO_DOMAIN = 'acme.example'

/** Who can sign in at the demo's identity provider; the last one is refused. */
export const people: readonly Person[] = [
  {
    id: 'person-1',
    email: `ada.lovelace@${DEMO_DOMAIN}`,
    givenName: 'Ada',
    familyName: 'Lovelace',
    displayName: 'Ada Lovelace',
  },
  {
    id: 'person-2',
    email: `zoe.zizkova@${DEMO_DOMAIN}`,
    givenName: 'Zoë',
    familyName: 'Žižková',
    displayName: 'Zoë Žižková 山田 & Söhne',
  },
  {
    id: 'person-3',
    email: `grace.hopper@${DEMO_DOMAIN}`,
    givenName: 'Grace',
    familyName: 'Hopper',
    displayName: 'Grace Hopper',
  },
  {
    id: 'person-4',
    email: 'mallory@elsewhere.example',
    givenName: 'Mallory',
    familyName: 'Stranger',
    displayName: 'Mallory Stranger',
  },
]
