import type { SignIn, Subject, TraceNote } from './ports.ts'

const notes = {
  externalId: 'directory_external_id',
  userName: 'directory_user_name',
  email: 'directory_email',
  unclear: 'directory_unclear',
} as const satisfies Record<NonNullable<Subject['metBy']>, TraceNote>

/** The first sign-in of somebody with what its trace tells of how directories knew them. */
export function meetingNote(signIn: SignIn, metBy: Subject['metBy']): SignIn {
  if (!metBy) return signIn
  const { trace } = signIn
  return { ...signIn, trace: { ...trace, notes: [...(trace.notes ?? []), notes[metBy]] } }
}
