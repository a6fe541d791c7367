import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { IdpId, UserId } from '#shared/ids.ts'
import { subjectKey } from '#shared/sign-in/subject-key.ts'
import { linkSubject } from '#shared/users/link-subject.ts'
import { act, newHome } from './new-people.ts'
import { newProvider } from './new-sign-in.ts'
import type { Tables } from './tables.ts'

/** An organization with a provider, by whose names people are known. */
export async function newLinkedHome(db: Tables) {
  const home = await newHome(db)
  const idp = newProvider({ orgId: home.orgId, verifiedDomains: [home.domain] })
  await home.configuration.createIdentityProvider(idp, act)

  const link = (userId: UserId, nameId: string, idpId: IdpId = idp.id) =>
    linkSubject(home.store, home.targetOf(userId), { idpId, nameId, isAttribute: false })

  /** Somebody whom a name leads to. */
  async function person(nameId: string) {
    const { user } = await home.user()
    const linked = await link(user.id, nameId)
    if (!linked.ok) throw new Error(linked.error)
    return home.find(user.id)
  }

  const subjectItem = (nameId: string) =>
    db.read(db.directory, directoryKeys.subject(subjectKey(idp.id, nameId)))
  return { ...home, idp, link, person, subjectItem }
}

export type LinkedHome = Awaited<ReturnType<typeof newLinkedHome>>
