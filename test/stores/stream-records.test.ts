import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DynamoDBRecord } from 'aws-lambda'
import { toItem } from '#shared/aws/dynamo-item.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { eventsOf } from '#shared/aws/stream-records.ts'
import { newDirectoryId, newGroupId, newOrgId, newUserId } from '#shared/ids.ts'

const source = 'https://signin.vendor.example'
const evt = (id: string) => ({
  id,
  type: 'latchkey.user.updated.v1',
  at: '2026-03-04T10:15:30.000Z',
  actor: 'idp:idp_1',
})
const user = (changes: object = {}) => ({ pk: 'org#1', sk: 'user', userId: 'usr_1', ...changes })

/** Lambda and the SDK type the same JSON differently. */
type Images = NonNullable<DynamoDBRecord['dynamodb']>
const image = (item: object) => toItem(item) as NonNullable<Images['NewImage']>

const changed = (sequenceNumber: string, after?: object, before?: object): DynamoDBRecord => ({
  eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
  dynamodb: {
    SequenceNumber: sequenceNumber,
    ...(after && { NewImage: image(after) }),
    ...(before && { OldImage: image(before) }),
  },
})
const idsOf = (records: readonly DynamoDBRecord[]) =>
  eventsOf(records, source).map(({ sequenceNumber, event }) => [sequenceNumber, event.id])

describe('eventsOf', () => {
  test('reads the event that a new item carries', () => {
    const [relayed] = eventsOf([changed('7', user({ rev: 1, evt: evt('evt_1') }))], source)
    assert.equal(relayed?.sequenceNumber, '7')
    assert.equal(relayed.event.subject, 'usr_1')
    assert.equal(relayed.event.source, source)
    assert.deepEqual(relayed.event.data, { userId: 'usr_1', rev: 1, actor: 'idp:idp_1' })
  })

  test('reads of a member of a group what its key tells', () => {
    const orgId = newOrgId()
    const directory = newDirectoryId(orgId)
    const [group, member] = [newGroupId(), newUserId()]
    const row = {
      ...scimKeys.member(directory, group, member),
      type: 'User',
      evt: { ...evt('evt_1'), type: 'latchkey.group.member-added.v1' },
    }
    const [relayed] = eventsOf([changed('1', row)], source)
    assert.equal(relayed?.event.subject, group)
    assert.deepEqual(relayed.event.data, {
      ...{ groupId: group, orgId, directoryId: directory, memberId: member, type: 'User' },
      actor: 'idp:idp_1',
    })
  })

  test('reads the event of a change, and not the one before', () => {
    const record = changed('1', user({ evt: evt('evt_2') }), user({ evt: evt('evt_1') }))
    assert.deepEqual(idsOf([record]), [['1', 'evt_2']])
  })

  test('reads the first event of an item that had none', () => {
    const record = changed('1', user({ evt: evt('evt_1') }), user())
    assert.deepEqual(idsOf([record]), [['1', 'evt_1']])
  })

  const silent = [
    ['keeps its last event', user({ name: 'x', evt: evt('evt_1') }), user({ evt: evt('evt_1') })],
    ['has no event', user(), undefined],
    ['is removed', undefined, user({ evt: evt('evt_1') })],
  ] as const
  for (const [name, after, before] of silent) {
    test(`reads nothing of an item that ${name}`, () => {
      assert.deepEqual(idsOf([changed('1', after, before)]), [])
    })
  }

  test('keeps the order of the stream', () => {
    const records = ['3', '1', '2'].map((n) => changed(n, user({ evt: evt(`evt_${n}`) })))
    assert.deepEqual(idsOf([...records, changed('9', user())]), [
      ['3', 'evt_3'],
      ['1', 'evt_1'],
      ['2', 'evt_2'],
    ])
  })

  test('reads nothing of a record without images', () => {
    assert.deepEqual(idsOf([{ eventName: 'INSERT' }, { dynamodb: {} }]), [])
  })
})
