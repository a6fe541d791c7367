import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { logoutHandle } from '../sign-out/logout-handle.ts'
import type { Ending, KnownSubject, SignOutStore } from '../sign-out/ports.ts'
import { withEnded } from '../sign-out/signed-out.ts'
import * as directoryKeys from './directory-keys.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { evt } from './event-attribute.ts'
import { putNew, update } from './item-writes.ts'
import { outstandingItem, seenItem } from './logout-items.ts'
import { knownSubjectOf, signOutReads } from './sign-out-reads.ts'
import { traceItem } from './trace-store.ts'
import { transact } from './transact.ts'

const MAX_ATTEMPTS = 5

/** Logouts in the two tables: one transaction each, with the trace that carries the event. */
export const dynamoSignOuts = (directory: string, ephemeral: string): SignOutStore => ({
  ...signOutReads(directory, ephemeral),

  async end(ending) {
    let { subject } = ending
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const writes = endingWrites(directory, ephemeral, { ...ending, subject })
      const failed = await transact(writes.map(({ write }) => write))
      if (failed.length === 0) return undefined
      const byKind = new Map(failed.map(({ index, item }) => [writes[index]?.kind, item]))
      if (byKind.has('seen')) return 'replayed'
      subject = sameUser(knownSubjectOf(byKind.get('subject')), subject)
    }
    throw new Error('somebody else changes this subject all the time')
  },

  async takeAnswer(requestId, trace) {
    const change = update(ephemeral, {
      key: ephemeralKeys.logout(logoutHandle(requestId)),
      set: { answeredAt: trace.at },
      condition: '#requestId = :requestId AND attribute_not_exists(#answeredAt)',
      values: { requestId },
    })
    const failed = await transact([{ Update: change }, putNew(directory, traceItem(trace))])
    return failed.length === 0
  },
})

/** Another person who has come to that key meanwhile has nothing to do with it. */
const sameUser = (now: KnownSubject | undefined, before: KnownSubject | undefined) =>
  now?.userId === before?.userId ? now : undefined

type Write = { kind: 'seen' | 'outstanding' | 'subject' | 'trace'; write: TransactWriteItem }

function endingWrites(directory: string, ephemeral: string, ending: Ending): Write[] {
  const { seen, outstanding, subject } = ending
  const writes: Write[] = []
  if (seen) writes.push({ kind: 'seen', write: putNew(ephemeral, seenItem(seen)) })
  if (outstanding) {
    writes.push({ kind: 'outstanding', write: putNew(ephemeral, outstandingItem(outstanding)) })
  }
  if (subject) writes.push({ kind: 'subject', write: subjectWrite(directory, subject, ending) })
  writes.push({ kind: 'trace', write: putNew(directory, tracedEnding(ending)) })
  return writes
}

/** On top of what was read, and of nothing else. */
function subjectWrite(directory: string, subject: KnownSubject, ending: Ending): TransactWriteItem {
  const { key, userId, orgId, signedOut } = subject
  const isUnchanged = signedOut ? '#signedOut = :signedOut' : 'attribute_not_exists(#signedOut)'
  return {
    Update: update(directory, {
      key: directoryKeys.subject(key),
      set: { signedOut: withEnded(signedOut ?? {}, ending.sids, ending.ended) },
      condition: `#userId = :userId AND #orgId = :orgId AND ${isUnchanged}`,
      values: { userId, orgId, ...(signedOut && { signedOut }) },
    }),
  }
}

/** The trace of what ended sessions is also the change that carries their event (ADR 3). */
function tracedEnding({ trace, subject, sids, endedBy, actor }: Ending) {
  const item = traceItem(trace)
  if (!subject) return item
  const event = evt('latchkey.session.ended.v1', trace.at, actor)
  return { ...item, userId: subject.userId, sids, endedBy, evt: event }
}
