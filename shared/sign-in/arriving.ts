import { groupsDigest } from '../products/groups-digest.ts'
import { findSubject } from './find-subject.ts'
import type { Judged } from './judge-response.ts'
import type { CompletionError, SignIn, SignInStore, Subject } from './ports.ts'

/** Somebody whose response was good, and all that is to be written for them. */
export type Arriving = {
  judged: Judged
  signIn: SignIn
  subject: Subject | undefined
  /** Of the organization's rules, if it has any. */
  rulesRev: number | undefined
  nowMs: number
}

/** Entra ID leaves groups out where they are too many, and sends this instead. */
const TOO_MANY_GROUPS = 'http://schemas.microsoft.com/claims/groups.link'

/**
 * Groups that the provider says somebody is in. Who was in some and is in none any more has no
 * attribute at all in the assertions of many providers.
 */
export function groupsAsserted(
  { groups, assertion }: Pick<Judged, 'groups' | 'assertion'>,
  subject: Subject | undefined,
): readonly string[] | undefined {
  // One that was made before another that has come already tells what was before.
  if (assertion.issueInstant < (subject?.groups?.at ?? 0)) return undefined
  if (groups) return groups
  const hasLeft = subject?.groups !== undefined && !assertion.attributes.has(TOO_MANY_GROUPS)
  return hasLeft ? [] : undefined
}

/** The sign-in with groups that are to be kept, where they are not those that are. */
export function withGroups(signIn: SignIn, judged: Judged, subject: Subject | undefined): SignIn {
  const names = groupsAsserted(judged, subject)
  const digest = names && groupsDigest(names)
  const isNew = names && digest !== undefined && digest !== subject?.groups?.digest
  const at = judged.assertion.issueInstant
  return isNew ? { ...signIn, newGroups: { names, digest, at } } : signIn
}

/** Whether rules have nothing to decide: there are none, or they have for these groups. */
export function isUpToDate({ judged, subject, rulesRev, signIn }: Arriving): boolean {
  if (rulesRev === undefined || !groupsAsserted(judged, subject)) return true
  return !signIn.newGroups && subject?.groups?.rulesRev === rulesRev
}

const MAX_ATTEMPTS = 3

/** Writes all that a sign-in is; tries again if another one of the same person was faster. */
export async function complete(
  store: SignInStore,
  { judged, signIn, ...arriving }: Arriving,
): Promise<CompletionError | undefined> {
  let { subject } = arriving
  for (let attempt = 1; ; attempt++) {
    const error = subject
      ? await store.completeKnown(signIn, subject)
      : await store.completeNew(signIn)
    if (error !== 'subject_changed' || attempt === MAX_ATTEMPTS) return error
    subject = await findSubject(store, judged)
  }
}
