import { type Arriving, complete, groupsAsserted } from './arriving.ts'
import { findSubject } from './find-subject.ts'
import { meetingNote } from './meeting-note.ts'
import type { CompletionError, Entitle, SignIn, SignInStore, Subject } from './ports.ts'

type Ports = { signIns: SignInStore; entitle: Entitle }

/**
 * Completes a sign-in after rules have decided what the person may use. Who was never here comes to
 * exist first, also where they are refused then: admins give access to people whom they see.
 *
 * Source: R18, R20, R23; ADR 0018.
 */
export async function completeEntitled(
  { signIns, entitle }: Ports,
  arriving: Arriving,
): Promise<CompletionError | undefined> {
  const { judged, signIn, rulesRev, nowMs } = arriving
  // What is sent a second time must not bring back groups of before.
  if (await signIns.isCompleted(signIn.handle)) return 'already_completed'
  const subject = arriving.subject ?? (await enrol(signIns, arriving))
  if (typeof subject === 'string') return subject
  if (rulesRev === undefined) {
    // Nothing could change what was found before, but for who has only just been let exist.
    if (arriving.subject) return 'no_product_access'
    return complete(signIns, { ...arriving, signIn: told(signIn, arriving, subject), subject })
  }
  const names = groupsAsserted(judged, subject)
  const { idp, subjectKey } = signIn
  const groups = names && { names, at: judged.assertion.issueInstant }
  const arrival = {
    ...{ orgId: idp.orgId, userId: subject.userId, idpId: idp.id, subjectKey },
    ...(groups && { groups }),
  }
  await entitle(arrival, { actor: `idp:${idp.id}`, nowMs })
  const { newGroups: _, ...kept } = signIn
  return complete(signIns, { ...arriving, signIn: told(kept, arriving, subject), subject })
}

/** The trace of a first sign-in tells how directories knew the person. */
const told = (signIn: SignIn, { subject: before }: Arriving, { metBy }: Subject) =>
  before ? signIn : meetingNote(signIn, metBy)

/** Lets the person exist; answers who that is. */
async function enrol(
  signIns: SignInStore,
  { subject: _, ...arriving }: Arriving,
): Promise<Subject | CompletionError> {
  const signIn = { ...arriving.signIn, isEnrolment: true as const }
  const error = await complete(signIns, { ...arriving, signIn, subject: undefined })
  if (error) return error
  return (await findSubject(signIns, arriving.judged)) ?? 'subject_changed'
}
