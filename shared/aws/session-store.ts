import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Administrator } from '../admin/administrator.ts'
import type { AdminSession } from '../admin/session.ts'
import type { SessionOwner, SessionStore } from '../admin/session-ports.ts'
import { toSeconds } from '../time.ts'
import { administratorOf } from './administrator-store.ts'
import { breakGlassOf } from './break-glass-item.ts'
import * as directoryKeys from './directory-keys.ts'
import { dynamo, readItems } from './dynamo.ts'
import { toItem } from './dynamo-item.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { evt } from './event-attribute.ts'
import { update } from './item-writes.ts'
import { knownSubjectOf } from './sign-out-reads.ts'

type SessionItem = Omit<AdminSession, 'id'> & {
  pk: string
  sessionId: AdminSession['id']
  expiresAt: number
}

/** A session as it is stored; TTL only cleans up. */
export const sessionItem = ({ id, ...rest }: AdminSession): SessionItem => ({
  ...ephemeralKeys.adminSession(id),
  sessionId: id,
  ...rest,
  expiresAt: toSeconds(rest.endsAtMs) + 1,
})

function sessionOf(item: object | undefined): AdminSession | undefined {
  if (!item) return undefined
  const { pk: _, expiresAt: __, sessionId: id, ...rest } = item as SessionItem
  return { ...rest, id }
}

/** Sessions of administrators in the ephemeral table; whose they are, in the directory. */
export const dynamoSessions = (directory: string, ephemeral: string): SessionStore => ({
  async find(id) {
    const [item] = await readItems([{ table: ephemeral, key: ephemeralKeys.adminSession(id) }])
    return sessionOf(item)
  },

  findOwner: (session) => findOwner(directory, session),

  async findPerson(orgId, userId) {
    const [user, organization] = await readItems([
      { table: directory, key: directoryKeys.user(orgId, userId) },
      { table: directory, key: directoryKeys.organization(orgId) },
    ])
    if (!user || !organization) return undefined
    const { email } = user as { email: string }
    return { email, organization: (organization as { name: string }).name }
  },

  async create(session) {
    await dynamo.send(
      new PutItemCommand({ TableName: ephemeral, Item: toItem(sessionItem(session)) }),
    )
  },

  extend: ({ id, secretHash }, idleUntilMs, nowMs) =>
    applies(
      update(ephemeral, {
        key: ephemeralKeys.adminSession(id),
        set: { idleUntilMs },
        condition: '#secretHash = :secretHash AND #endsAtMs > :now',
        values: { secretHash, now: nowMs },
      }),
    ),

  async end(id) {
    const Key = toItem(ephemeralKeys.adminSession(id))
    await dynamo.send(new DeleteItemCommand({ TableName: ephemeral, Key }))
  },

  endAll: (user, nowMs) => endAll(directory, user, nowMs),
})

/** One read: what a session does not have is looked for where nothing stands. */
async function findOwner(table: string, session: AdminSession): Promise<SessionOwner> {
  const { orgId, userId, login, breakGlassId } = session
  const [user, organization, subject, breakGlass] = await readItems([
    { table, key: directoryKeys.user(orgId, userId) },
    { table, key: directoryKeys.organization(orgId) },
    { table, key: directoryKeys.subject(login?.subjectKey ?? '-') },
    { table, key: directoryKeys.breakGlass(orgId, breakGlassId ?? 'bgl_-') },
  ])
  return {
    user: administratorOf(user),
    organization: (organization as { name: string } | undefined)?.name,
    signedOut: knownSubjectOf(subject)?.signedOut,
    breakGlass: breakGlassOf(breakGlass),
  }
}

/** A moment on the user: it needs no list of sessions, and holds for copies of their JWTs, too. */
async function endAll(directory: string, { orgId, userId }: Administrator, nowMs: number) {
  const sessionsFrom = nowMs + 1 // also what began in this very millisecond
  const event = 'latchkey.user.signed-out-everywhere.v1'
  await applies(
    update(directory, {
      key: directoryKeys.user(orgId, userId),
      set: { sessionsFrom, evt: evt(event, toSeconds(nowMs), `user:${userId}`) },
      // Where a later moment stands there already, that one ends them, too.
      condition:
        'attribute_exists(#userId) AND (attribute_not_exists(#sessionsFrom) OR #sessionsFrom < :from)',
      values: { from: sessionsFrom },
      increment: 'rev',
    }),
  )
}

/** Whether an update was made; false: its condition does not hold. */
async function applies(change: ReturnType<typeof update>): Promise<boolean> {
  try {
    await dynamo.send(new UpdateItemCommand(change))
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
