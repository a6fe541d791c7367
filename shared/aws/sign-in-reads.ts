import type { IdentityProvider } from '../idps/types.ts'
import type { UserId } from '../ids.ts'
import type { SignInStore, Subject } from '../sign-in/ports.ts'
import { subjectKey } from '../sign-in/subject-key.ts'
import { catalogueOf } from './catalogue-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { identityProviderOf } from './entities.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { requestOf } from './login-record.ts'
import { hintOf, rememberHint } from './provider-hints.ts'

type Reads = Pick<SignInStore, 'find' | 'findSubjects' | 'findRequest' | 'isCompleted'>

/** What a response is judged by. */
export const signInReads = (directory: string, ephemeral: string): Reads => ({
  async find({ issuerKey, nameId, requestHandle }) {
    const hint = hintOf(issuerKey)
    const [idpItem, catalogue, request, ...hinted] = await readItems([
      { table: directory, key: directoryKeys.issuer(issuerKey) },
      { table: directory, key: directoryKeys.catalogue() },
      { table: ephemeral, key: ephemeralKeys.login(requestHandle ?? NOBODY) },
      ...keysBehind(directory, hint, nameId),
    ])
    const idp = identityProviderOf(idpItem)
    if (idp) rememberHint(issuerKey, idp)
    const isHinted = idp === undefined || idp.id === hint?.id
    const behind = isHinted ? hinted : await readItems(keysBehind(directory, idp, nameId))
    const [revision, subject, groups] = behind
    return {
      idp,
      subject: subjectOf(subject, groups),
      request: requestOf(request),
      catalogue: catalogueOf(catalogue),
      rulesRev: (revision as { rev: number } | undefined)?.rev,
    }
  },

  async findSubjects(subjectKeys) {
    const items = await readItems(subjectKeys.flatMap((key) => subjectReads(directory, key)))
    return subjectKeys.map((_, index) => subjectOf(items[index * 2], items[index * 2 + 1]))
  },

  async isCompleted(handle) {
    const [record] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
    return (record as { secretHash?: string } | undefined)?.secretHash !== undefined
  },

  async findRequest(handle) {
    const [request] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
    return requestOf(request)
  },
})

/** What belongs to a provider: its organization's rules, and the person with that NameID. */
const keysBehind = (
  directory: string,
  idp: Pick<IdentityProvider, 'id' | 'orgId'> | undefined,
  nameId: string | undefined,
) => [
  { table: directory, key: directoryKeys.rulesRevision(idp?.orgId ?? NOBODY) },
  ...subjectReads(directory, idp && nameId !== undefined ? subjectKey(idp.id, nameId) : NOBODY),
]

const subjectReads = (directory: string, key: string) => [
  { table: directory, key: directoryKeys.subject(key) },
  { table: directory, key: directoryKeys.subjectGroups(key) },
]

/** What was made of somebody's groups counts for the user that it was made for. */
function subjectOf(item: object | undefined, groups: object | undefined): Subject | undefined {
  const subject = item as Subject | undefined
  const kept = groups as (NonNullable<Subject['groups']> & { userId: UserId }) | undefined
  if (!subject || kept?.userId !== subject.userId) return subject
  return { ...subject, groups: kept }
}

/** Stands at no key: what is not asked for is not there. */
const NOBODY = 'org_'
