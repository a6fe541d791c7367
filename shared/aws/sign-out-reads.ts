import { subjectKey } from '../sign-in/subject-key.ts'
import type { KnownSubject, Session, SignOutStore } from '../sign-out/ports.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { type Key, readItems } from './dynamo.ts'
import { identityProviderOf } from './entities.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { outstandingOf } from './logout-items.ts'
import { hintOf, rememberHint } from './provider-hints.ts'

type Reads = Pick<SignOutStore, 'find' | 'findSubject' | 'findSession' | 'findParties'>

/** What a logout is judged by. */
export const signOutReads = (directory: string, ephemeral: string): Reads => ({
  async find({ issuerKey, nameId, logoutHandle = NOBODY }) {
    const hint = hintOf(issuerKey)
    const hintedKey = hint && nameId !== undefined ? subjectKey(hint.id, nameId) : NOBODY
    const [idpItem, subject, catalogue, name, outstanding] = await readItems([
      { table: directory, key: directoryKeys.issuer(issuerKey) },
      { table: directory, key: directoryKeys.subject(hintedKey) },
      { table: directory, key: directoryKeys.catalogue() },
      { table: ephemeral, key: ephemeralKeys.sessionName(hintedKey) },
      { table: ephemeral, key: ephemeralKeys.logout(logoutHandle) },
    ])
    const idp = identityProviderOf(idpItem)
    if (idp) rememberHint(issuerKey, idp)
    const isHinted = idp === undefined || nameId === undefined || idp.id === hint?.id
    return {
      idp,
      subject: isHinted
        ? await knownSubject(directory, subject, name)
        : await readSubject(directory, ephemeral, subjectKey(idp.id, nameId)),
      outstanding: outstandingOf(outstanding),
      catalogue: catalogueOf(catalogue),
    }
  },

  findSubject: (idpId, nameId) => readSubject(directory, ephemeral, subjectKey(idpId, nameId)),

  async findSession(handle) {
    const [item] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
    return sessionOf(item)
  },

  async findParties({ idpId, subjectKey }) {
    const [idp, subject, catalogue] = await readItems([
      { table: directory, key: directoryKeys.idp(idpId) },
      { table: directory, key: directoryKeys.subject(subjectKey) },
      { table: directory, key: directoryKeys.catalogue() },
    ])
    return {
      idp: identityProviderOf(idp),
      subject: knownSubjectOf(subject),
      catalogue: catalogueOf(catalogue),
    }
  },
})

/** Stands at no key: what is not asked for is not there. */
const NOBODY = '-'

async function readSubject(directory: string, ephemeral: string, key: string) {
  const [subject, name] = await readItems([
    { table: directory, key: directoryKeys.subject(key) },
    { table: ephemeral, key: ephemeralKeys.sessionName(key) },
  ])
  return knownSubject(directory, subject, name)
}

/** A NameID that was good for one session only leads to who is meant by one more round trip. */
const knownSubject = async (
  directory: string,
  subject: object | undefined,
  name: object | undefined,
) => (name ? readNamed(directory, name) : knownSubjectOf(subject))

async function readNamed(directory: string, name: object) {
  const { subjectKey: key } = name as { subjectKey: string }
  const [subject] = await readItems([{ table: directory, key: directoryKeys.subject(key) }])
  return knownSubjectOf(subject)
}

/** The stored subject as logouts know it. */
export function knownSubjectOf(item: object | undefined): KnownSubject | undefined {
  if (!item) return undefined
  const { pk, userId, orgId, signedOut } = item as Key & KnownSubject
  const key = pk.slice(directoryKeys.subject('').pk.length)
  return { key, userId, orgId, ...(signedOut && { signedOut }) }
}

/** The login record of a sign-in as session: there is none before the redeem. */
function sessionOf(item: object | undefined): Session | undefined {
  const session = item as Session | undefined
  // Written together with the rest of a completed sign-in, see completionOf().
  return session?.logoutSecretHash === undefined ? undefined : session
}
