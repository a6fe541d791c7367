import type { IdpId } from '../ids.ts'
import type { SignInStore, Subject } from '../sign-in/ports.ts'
import { subjectKey } from '../sign-in/subject-key.ts'
import { catalogueOf } from './catalogue-item.ts'
import { readItems } from './dynamo.ts'
import { identityProviderOf } from './entities.ts'
import { directoryKeys, ephemeralKeys } from './keys.ts'
import { requestOf } from './login-record.ts'
import { hintOf, rememberHint } from './provider-hints.ts'

type Reads = Pick<SignInStore, 'find' | 'findSubjects' | 'findRequest'>

/** What a response is judged by. */
export const signInReads = (directory: string, ephemeral: string): Reads => ({
  async find({ issuerKey, nameId, requestHandle }) {
    const hint = hintOf(issuerKey)
    const [idpItem, hinted, catalogue, request] = await readItems([
      { table: directory, key: directoryKeys.issuer(issuerKey) },
      { table: directory, key: directoryKeys.subject(keyOf(hint, nameId)) },
      { table: directory, key: directoryKeys.catalogue() },
      { table: ephemeral, key: ephemeralKeys.login(requestHandle ?? NOBODY) },
    ])
    const idp = identityProviderOf(idpItem)
    if (idp) rememberHint(issuerKey, idp.id)
    const isHinted = idp === undefined || idp.id === hint
    const subject = isHinted ? hinted : await readSubject(directory, keyOf(idp.id, nameId))
    return {
      idp,
      subject: subject as Subject | undefined,
      request: requestOf(request),
      catalogue: catalogueOf(catalogue),
    }
  },

  async findSubjects(subjectKeys) {
    const keys = subjectKeys.map((key) => directoryKeys.subject(key))
    const subjects = await readItems(keys.map((key) => ({ table: directory, key })))
    return subjects as (Subject | undefined)[]
  },

  async findRequest(handle) {
    const [request] = await readItems([{ table: ephemeral, key: ephemeralKeys.login(handle) }])
    return requestOf(request)
  },
})

async function readSubject(directory: string, key: string) {
  const [subject] = await readItems([{ table: directory, key: directoryKeys.subject(key) }])
  return subject
}

const keyOf = (idpId: IdpId | undefined, nameId: string | undefined) =>
  idpId === undefined || nameId === undefined ? NOBODY : subjectKey(idpId, nameId)

/** Stands at no key: what is not asked for is not there. */
const NOBODY = '-'
