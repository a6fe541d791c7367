import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type EventType, eventCatalogue } from '#shared/events/catalogue.ts'
import { type ChangedItem, cloudEvent } from '#shared/events/cloud-event.ts'

const source = 'https://signin.vendor.example'
const types = Object.keys(eventCatalogue) as EventType[]

const changed = (type: EventType, item: Record<string, unknown>): ChangedItem => ({
  ...item,
  evt: { id: 'evt_1', type, at: '2026-03-04T10:15:30.000Z', actor: 'idp:idp_1' },
})

const user = {
  pk: 'org#org_1#user#usr_1',
  sk: 'user',
  userId: 'usr_1',
  orgId: 'org_1',
  state: 'active',
  email: 'ada@example.com',
  userName: 'ada',
  givenName: 'Ada',
  rev: 3,
  createdAt: 1,
}

describe('cloudEvent', () => {
  test('tells a change as a CloudEvent 1.0 in JSON', () => {
    assert.deepEqual(cloudEvent(changed('latchkey.user.updated.v1', user), source), {
      specversion: '1.0',
      id: 'evt_1',
      type: 'latchkey.user.updated.v1',
      source,
      subject: 'usr_1',
      time: '2026-03-04T10:15:30.000Z',
      datacontenttype: 'application/json',
      data: {
        userId: 'usr_1',
        orgId: 'org_1',
        state: 'active',
        email: 'ada@example.com',
        userName: 'ada',
        givenName: 'Ada',
        rev: 3,
        actor: 'idp:idp_1',
      },
    })
  })

  const item = {
    ...{ orgId: 'org_1', domain: 'acme.example', idpId: 'idp_1', userId: 'usr_1' },
    ...{ accountId: 'acc_1', keyId: 'key_1', directoryId: 'dir_1', groupId: 'grp_1' },
    ssoTokenId: 'sso_1',
  }
  /** By the part of the type that names what it happened to. */
  const subjects: Record<string, string> = {
    organization: item.orgId,
    domain: item.domain,
    'identity-provider': item.idpId,
    user: item.userId,
    invitation: item.userId,
    account: item.accountId,
    'product-access': item.userId,
    'group-rules': item.orgId,
    'api-key': item.keyId,
    'break-glass': item.orgId,
    directory: item.directoryId,
    'scim-token': item.directoryId,
    'sso-token': item.ssoTokenId,
    group: item.groupId,
    'sign-in': item.userId,
    session: item.userId,
  }
  for (const type of types) {
    const subject = subjects[type.split('.')[1] ?? '']
    test(`is about ${subject} where it is a ${type}`, () => {
      assert.equal(cloudEvent(changed(type, item), source).subject, subject)
    })
  }

  test('keeps what is falsy, and leaves out what is not there', () => {
    const { data } = cloudEvent(changed('latchkey.user.created.v1', { rev: 0, email: '' }), source)
    assert.deepEqual(data, { rev: 0, email: '', actor: 'idp:idp_1' })
  })

  test('shows nothing of an item but what the catalogue lists', () => {
    const item = fc.dictionary(
      fc.constantFrom(
        'userId',
        'email',
        'secretHash',
        'pk',
        'signingKeys',
        'subjectKey',
        'profile',
      ),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...types), item, (type, attributes) => {
        const shows: readonly string[] = eventCatalogue[type].shows
        const { actor, ...shown } = cloudEvent(changed(type, attributes), source).data
        assert.equal(actor, 'idp:idp_1')
        for (const [name, value] of Object.entries(shown)) {
          assert.ok(shows.includes(name))
          assert.equal(value, attributes[name])
        }
      }),
    )
  })
})

describe('the event catalogue', () => {
  for (const type of types) {
    test(`says what ${type} is about in its data, and versions it`, () => {
      const { subject, shows } = eventCatalogue[type]
      assert.ok((shows as readonly string[]).includes(subject))
      assert.match(type, /^latchkey\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/)
    })
  }
})
