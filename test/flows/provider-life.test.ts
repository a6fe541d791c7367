import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { CloudEvent } from '#shared/events/cloud-event.ts'
import type { IdpId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import { serviceProviderFor } from '#shared/sign-in/service-provider.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { newCertificates } from '#test/shared/idps/certificates.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { type Answer, newAdmin } from './admin-client.ts'
import { postResponse } from './hops.ts'
import { idpMetadata } from './idp-metadata.ts'
import { metadataServer } from './metadata-server.ts'
import { settled } from './running-stack.ts'
import { samlResponse } from './test-provider.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

let admin: Admin
let db: Tables
before(async () => {
  db = await tables()
  admin = await newAdmin()
})

/** Posts what the provider says of a person; the status tells whether we took it. */
async function signIn(
  entityId: string,
  scope: 'shared' | 'organization' = 'shared',
  person = entityId,
) {
  const serviceProvider = serviceProviderFor(admin.stack.url, scope, admin.orgId)
  const email = `ada-${sha256(person)}@${admin.domain}` // of one provider each: unique
  const response = samlResponse({ idp: { entityId }, serviceProvider, email })
  return (await postResponse({ serviceProvider }, response)).status
}
const ACCEPTED = 303
const REFUSED = 403

const fingerprintOf = (certificate: string) =>
  createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex')

const certificatesIn = ({ body }: Answer) =>
  (body['connection'] as { certificates: object[] }).certificates.length
const eventsOf = (id: string) => (event: CloudEvent) => event.subject === id
const shortTypes = (events: readonly CloudEvent[]) =>
  events.map(({ type }) => type.replace(/^latchkey\.identity-provider\.(.*)\.v1$/, '$1'))

/** Lets the next run of the schedule look at a provider. */
const makeDue = (id: string) => {
  const { orgId } = admin
  const key = directoryKeys.scheduledIdp(id as IdpId)
  return db.put(db.directory, { ...key, idpId: id, orgId, dueAt: 1 })
}
const runSchedule = () => admin.stack.runSchedule('metadata-refresh')

/** A provider whose metadata is at a URL. */
async function createByUrl(url: string) {
  const body = { source: { kind: 'url', url }, settings: { name: 'By URL' } }
  const created = await admin.call('POST', '/idps', { body })
  assert.equal(created.status, 201, created.text)
  const path = `/idps/${created.body['id']}`
  assert.equal((await admin.call('POST', `${path}/activate`)).status, 200)
  const show = () => admin.call('GET', path)
  return { id: String(created.body['id']), path, show }
}

let number = 0
const newEntityId = () => `https://${admin.orgId}-${++number}.idp.example`

describe('the life of a provider', () => {
  test('goes from a file to sign-ins, to a stop, to its removal, and begins anew', async () => {
    const entityId = newEntityId()
    const source = { kind: 'file', document: idpMetadata({ entityId }) }
    const preview = await admin.call('POST', '/idps/preview', { body: { source } })
    assert.equal(preview.body['entityId'], entityId)
    assert.equal(await signIn(entityId), REFUSED)
    const { id, path } = await admin.create({ entityId })
    assert.equal(await signIn(entityId), REFUSED)
    assert.equal((await admin.call('POST', `${path}/activate`)).body['state'], 'active')
    assert.equal((await admin.call('POST', `${path}/activate`)).status, 200)
    assert.equal(await signIn(entityId), ACCEPTED)
    assert.equal((await admin.call('POST', `${path}/deactivate`)).body['state'], 'inactive')
    assert.equal(await signIn(entityId), REFUSED)
    const login = await fetch(`${admin.stack.url}/saml/idps/${id}/login`, { redirect: 'manual' })
    assert.equal(login.status, 403)
    await admin.call('POST', `${path}/activate`)
    assert.equal((await admin.call('DELETE', `${path}?confirm=Acme%20sign-in`)).status, 204)
    assert.equal(await signIn(entityId), REFUSED)
    const gone = await fetch(`${admin.stack.url}/saml/idps/${id}/login`, { redirect: 'manual' })
    assert.equal(gone.status, 403)

    const next = await admin.create({ entityId, succeeds: id })
    assert.equal(await signIn(entityId), REFUSED)
    await admin.call('POST', `${next.path}/activate`)
    assert.equal(await signIn(entityId), ACCEPTED) // as the user of before

    const told = await admin.running.events.waitFor(eventsOf(id), 5)
    assert.deepEqual(shortTypes(told), [
      'created',
      'activated',
      'deactivated',
      'activated',
      'removed',
    ])
    assert.deepEqual(
      told.map(({ data }) => data['rev']),
      [1, 2, 3, 4, 5],
    )
    for (const { data } of told) {
      assert.match(String(data['actor']), /^apikey:key_[0-9a-f]{32}$/)
      assert.doesNotMatch(JSON.stringify(data), /spki|signingKeys|secret/)
    }
  })
})

describe('metadata at a URL', () => {
  const withKeys = (entityId: string, ...certificates: string[]) =>
    idpMetadata({ entityId, certificates })

  test('brings a certificate that was added, by the schedule', async () => {
    const entityId = newEntityId()
    await using server = await metadataServer(withKeys(entityId, keys.stranger.certificate))
    const { id, path, show } = await createByUrl(server.url)
    assert.equal(await signIn(entityId), REFUSED)
    const both = withKeys(entityId, keys.stranger.certificate, keys.provider.certificate)
    server.state.document = both
    await runSchedule()
    assert.equal(certificatesIn(await show()), 1, 'it is not due yet')
    await makeDue(id)
    await runSchedule()
    assert.equal(certificatesIn(await show()), 2)
    assert.equal(await signIn(entityId), ACCEPTED)
    const asked = server.received.length
    await runSchedule()
    assert.equal(server.received.length, asked, 'it is not due again')

    const restored = await admin.call('POST', `${path}/connection/restore`, {
      headers: { 'if-match': '*' },
    })
    assert.equal(certificatesIn(restored), 1)
    assert.equal(await signIn(entityId), REFUSED)
    await makeDue(id)
    await runSchedule()
    assert.equal(certificatesIn(await show()), 1, 'a restoration is not undone')
    const told = await admin.running.events.waitFor(eventsOf(id), 4)
    assert.deepEqual(shortTypes(told), ['created', 'activated', 'updated', 'updated'])
  })

  test('parks another entity ID until an admin takes it over', async () => {
    const entityId = newEntityId()
    const next = newEntityId()
    await using server = await metadataServer(withKeys(entityId, keys.provider.certificate))
    const { id, path, show } = await createByUrl(server.url)
    server.state.document = withKeys(next, keys.provider.certificate)
    await makeDue(id)
    await runSchedule()
    const parked = (await show()).body['parked'] as { differences: { what: string }[] }
    assert.ok(parked.differences.some(({ what }) => what === 'entityId'))
    assert.equal(await signIn(entityId), ACCEPTED)
    assert.equal(await signIn(next), REFUSED)
    await makeDue(id)
    await runSchedule()
    const applied = await admin.call('POST', `${path}/parked/apply`, {
      headers: { 'if-match': '*' },
    })
    assert.equal(applied.status, 200)
    assert.equal('parked' in applied.body, false)
    assert.equal(await signIn(entityId), REFUSED)
    assert.equal(await signIn(next), ACCEPTED)
    assert.equal(await signIn(next, 'shared', entityId), ACCEPTED) // the user of before
    const told = await admin.running.events.waitFor(eventsOf(id), 4)
    assert.deepEqual(shortTypes(told), ['created', 'activated', 'metadata-parked', 'updated'])
  })

  test('does not take over an entity ID that somebody else has by now', async () => {
    const entityId = newEntityId()
    const next = newEntityId()
    await using server = await metadataServer(withKeys(entityId, keys.provider.certificate))
    const { path } = await createByUrl(server.url)
    server.state.document = withKeys(next, keys.provider.certificate)
    assert.ok('parked' in (await admin.call('POST', `${path}/refresh`)).body)
    await (await newAdmin()).create({ entityId: next })
    const headers = { 'if-match': '*' }
    const refused = await admin.call('POST', `${path}/parked/apply`, { headers })
    assert.equal(refused.body['type'], 'urn:latchkey:problem:entity_id_taken')
    assert.equal(refused.status, 409)
  })

  test('does not park again what an admin has declined', async () => {
    const entityId = newEntityId()
    await using server = await metadataServer(withKeys(entityId, keys.provider.certificate))
    const { path } = await createByUrl(server.url)
    server.state.document = withKeys(newEntityId(), keys.provider.certificate)
    assert.ok('parked' in (await admin.call('POST', `${path}/refresh`)).body)
    assert.equal((await admin.call('POST', `${path}/parked/discard`)).status, 200)
    assert.equal('parked' in (await admin.call('POST', `${path}/refresh`)).body, false)
    server.state.document = withKeys(newEntityId(), keys.provider.certificate)
    assert.ok('parked' in (await admin.call('POST', `${path}/refresh`)).body)
  })

  test('that cannot be read changes nothing, says why, and stops no other provider', async () => {
    const [entityId, otherId] = [newEntityId(), newEntityId()]
    await using broken = await metadataServer(withKeys(entityId, keys.provider.certificate))
    await using good = await metadataServer(withKeys(otherId, keys.provider.certificate))
    const one = await createByUrl(broken.url)
    const other = await createByUrl(good.url)
    broken.state.status = 500
    good.state.document = withKeys(otherId, keys.provider.certificate, keys.next.certificate)
    const refused = await admin.call('POST', `${one.path}/refresh`)
    assert.equal(refused.status, 422)
    assert.equal(refused.body['type'], 'urn:latchkey:problem:metadata_refused')
    await Promise.all([makeDue(one.id), makeDue(other.id)])
    await runSchedule()
    const shown = (await one.show()).body
    assert.deepEqual((shown['refresh'] as { cause: string }).cause, 'status_500')
    assert.ok(
      (shown['warnings'] as { code: string }[]).some(({ code }) => code === 'refresh_failed'),
    )
    assert.equal(await signIn(entityId), ACCEPTED)
    assert.equal(certificatesIn(await other.show()), 2)
    broken.state.status = 200
    assert.equal((await admin.call('POST', `${one.path}/refresh`)).status, 200)
    assert.equal('cause' in ((await one.show()).body['refresh'] as object), false)
  })
})

describe('with faults at AWS', () => {
  for (const fault of ['kill-caller', 'fail-before', 'fail-after'] as const) {
    test(`a refresh that meets ${fault} is made once, by this run or the next`, async () => {
      const entityId = newEntityId()
      const document = (...certificates: string[]) => idpMetadata({ entityId, certificates })
      await using server = await metadataServer(document(keys.provider.certificate))
      const { id, path, show } = await createByUrl(server.url)
      server.state.document = document(keys.provider.certificate, keys.next.certificate)
      await makeDue(id)
      let struck = 0
      admin.stack.faults.onCall = (call) => {
        const isHit = call.functionName === 'metadata-refresh' && call.operation === WRITE
        return isHit && struck++ === 0 ? fault : undefined
      }
      try {
        await runSchedule().catch(() => {}) // a killed run fails
      } finally {
        admin.stack.faults.onCall = undefined
      }
      assert.ok(struck > 0)
      await runSchedule()
      assert.equal(certificatesIn(await show()), 2)
      await admin.call('DELETE', `${path}?confirm=By%20URL`)
      const told = await admin.running.events.waitFor(eventsOf(id), 4)
      assert.deepEqual(shortTypes(told), ['created', 'activated', 'updated', 'removed'])
    })
  }
})

const WRITE = 'TransactWriteItems'

describe('a certificate that ends', () => {
  test('is warned of once for each threshold, whatever its provider comes from', async () => {
    const now = Math.floor(Date.now() / 1000)
    const [certificate = ''] = await newCertificates(1, { notAfter: now + 20 * 24 * 3600 })
    const { id, path } = await admin.create()
    const added = await admin.call('POST', `${path}/certificates`, { body: { certificate } })
    assert.equal(added.status, 200, added.text)
    for (let run = 1; run <= 2; run++) {
      await makeDue(id)
      await runSchedule()
    }
    await settled()
    const told = admin.running.events.all.filter(eventsOf(id))
    assert.deepEqual(shortTypes(told), ['created', 'updated', 'certificate-expiring'])
    const warnings = told[2]?.data['warnings'] as { days: number; fingerprint: string }[]
    assert.deepEqual(
      warnings.map(({ days }) => days),
      [30],
    )
  })
})

describe('the people of a removed provider', () => {
  const removed = async (entityId: string) => {
    const first = await admin.create({ entityId })
    await admin.call('POST', `${first.path}/activate`)
    assert.equal(await signIn(entityId), ACCEPTED)
    await admin.call('DELETE', `${first.path}?confirm=Acme%20sign-in`)
    return first.id
  }
  const source = (entityId: string) => ({ kind: 'file', document: idpMetadata({ entityId }) })
  const settings = { name: 'Next' }

  test('are nobody to another one that says nothing of them', async () => {
    const entityId = newEntityId()
    await removed(entityId)
    const next = await admin.create({ entityId })
    await admin.call('POST', `${next.path}/activate`)
    assert.equal(await signIn(entityId), REFUSED) // the address has a user, who is not theirs
  })

  test('can be taken over by an admin only, and for the same entity ID only', async () => {
    const entityId = newEntityId()
    const succeeds = await removed(entityId)
    const other = { source: source(newEntityId()), settings, succeeds }
    const refused = await admin.call('POST', '/idps', { body: other })
    assert.equal(refused.body['type'], 'urn:latchkey:problem:predecessor_unknown')
    const body = { source: source(entityId), settings, succeeds }
    assert.equal((await admin.call('POST', '/idps', { body, key: admin.keys.setup })).status, 403)
    assert.equal((await admin.call('POST', '/idps', { body })).status, 201)
  })

  test("are out of another organization's reach, and those of a living one of anybody's", async () => {
    const entityId = newEntityId()
    const succeeds = await removed(entityId)
    const stranger = await newAdmin()
    const body = { source: source(entityId), settings, succeeds }
    assert.equal((await stranger.call('POST', '/idps', { body })).status, 422)
    const living = await admin.create()
    const next = { source: source(living.entityId), settings, succeeds: living.id }
    assert.equal((await admin.call('POST', '/idps', { body: next })).status, 422)
  })
})

describe('a setup key', () => {
  test('configures a provider, and leaves it alone once it is active', async () => {
    const { path } = await admin.create()
    const certificate = keys.next.certificate
    const add = () =>
      admin.call('POST', `${path}/certificates`, { body: { certificate }, key: admin.keys.setup })
    const drop = (key: string) =>
      admin.call('DELETE', `${path}/certificates/${fingerprintOf(certificate)}`, { key })
    assert.equal((await add()).status, 200)
    assert.equal((await drop(admin.keys.setup)).status, 200)
    await admin.call('POST', `${path}/activate`)
    const refused = await add()
    assert.equal(refused.status, 403)
    assert.equal(refused.body['type'], 'urn:latchkey:problem:provider_active')
    const body = { source: { kind: 'file', document: idpMetadata({ entityId: newEntityId() }) } }
    const headers = { 'if-match': '*' }
    const key = admin.keys.setup
    assert.equal(
      (await admin.call('PUT', `${path}/connection`, { body, headers, key })).status,
      403,
    )
    const settings = { clockSkewSeconds: 3600 }
    assert.equal((await admin.call('PATCH', path, { body: settings, headers, key })).status, 403)
    assert.equal((await admin.call('POST', `${path}/tests`, { key })).status, 403)
    await admin.call('POST', `${path}/deactivate`)
    assert.equal((await admin.call('PATCH', path, { body: settings, headers, key })).status, 403)
  })
})

describe('other identifiers', () => {
  test('leave a provider where it was found, until it has been updated', async () => {
    const { path, entityId } = await admin.create()
    const copy = (scope: string) =>
      db.read(db.directory, directoryKeys.issuer(issuerKey(scope, entityId)))
    const headers = { 'if-match': '*' }
    const body = { identifiers: 'organization' }
    assert.equal((await admin.call('PATCH', path, { headers, body })).status, 200)
    const [former, present] = [await copy('shared'), await copy(admin.orgId)]
    assert.equal(former?.['identifiers'], 'organization')
    assert.deepEqual({ ...former, pk: '' }, { ...present, pk: '' })
    await admin.call('POST', `${path}/tasks/update-provider/done`)
    assert.equal(await copy('shared'), undefined)
    assert.ok(await copy(admin.orgId))
  })

  test('are accepted beside the former ones until then, for the same people', async () => {
    const { path, entityId } = await admin.create()
    await admin.call('POST', `${path}/activate`)
    assert.equal(await signIn(entityId, 'shared'), ACCEPTED)
    assert.equal(await signIn(entityId, 'organization'), REFUSED)
    const headers = { 'if-match': '*' }
    await admin.call('PATCH', path, { headers, body: { identifiers: 'organization' } })
    assert.equal(await signIn(entityId, 'shared'), ACCEPTED)
    assert.equal(await signIn(entityId, 'organization'), ACCEPTED)
    await admin.call('POST', `${path}/tasks/update-provider/done`)
    assert.equal(await signIn(entityId, 'shared'), REFUSED)
    assert.equal(await signIn(entityId, 'organization'), ACCEPTED)
  })
})

test('nothing of all this was denied to a function, and no secret was logged', () => {
  const own = ['idps', 'metadata-refresh', 'setup-links']
  assert.deepEqual(
    admin.stack.denials().filter(({ functionName }) => own.includes(functionName)),
    [],
  )
  assert.ok(admin.running.log.some((line) => line.includes('admin_call')))
  const log = admin.running.log.join('\n')
  for (const key of Object.values(admin.keys)) assert.ok(!log.includes(key.slice(-43)))
  assert.ok(!log.includes(admin.domain))
})
