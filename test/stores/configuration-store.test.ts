import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { catalogueOf } from '#shared/aws/catalogue-item.ts'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newCredentialId, newOrgId } from '#shared/ids.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { intercept } from './intercept.ts'
import { newProvider, now } from './new-sign-in.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let configuration: ReturnType<typeof dynamoConfiguration>
before(async () => {
  db = await tables()
  configuration = dynamoConfiguration(db.directory)
})

const act = { actor: 'operator:ops', at: now }
const newOrganization = () => ({ id: newOrgId(), name: 'Acme', defaultProduct: 'meetings' })
const newDomain = () => `${randomUUID()}.example`
const eventOf = (item: Item | undefined) => {
  const { id, ...event } = (item?.['evt'] ?? {}) as Item
  assert.match(String(id), /^evt_[0-9a-f]{32}$/)
  return event
}
const event = (type: string) => ({
  type,
  at: '2100-01-01T00:00:00.000Z',
  actor: 'operator:ops',
})

describe('createOrganization', () => {
  test('writes an organization and its domains with their events, at once', async () => {
    const organization = newOrganization()
    const domains = [newDomain(), newDomain()]
    using seen = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    assert.equal(await configuration.createOrganization(organization, domains, act), undefined)
    assert.equal(seen.calls(), 1)

    const stored = await db.read(db.directory, directoryKeys.organization(organization.id))
    assert.deepEqual(eventOf(stored), event('latchkey.organization.created.v1'))
    assert.equal(stored?.['orgId'], organization.id)
    assert.equal(stored['name'], 'Acme')
    assert.equal(stored['rev'], 1)
    for (const domain of domains) {
      const marker = await db.read(db.directory, directoryKeys.domain(domain))
      assert.equal(marker?.['orgId'], organization.id)
      assert.equal(marker['verifiedAt'], now)
      const claim = await db.read(db.directory, directoryKeys.claim(organization.id, domain))
      assert.deepEqual(eventOf(claim), event('latchkey.domain.verified.v1'))
      assert.equal(claim?.['state'], 'verified')
    }
  })

  test('refuses a domain that another organization has, and leaves nothing behind', async () => {
    const [taken, free] = [newDomain(), newDomain()]
    const [first, second] = [newOrganization(), newOrganization()]
    await configuration.createOrganization(first, [taken], act)
    const error = await configuration.createOrganization(second, [free, taken], act)
    assert.equal(error, 'domain_taken')
    const organization = directoryKeys.organization(second.id)
    assert.equal(await db.read(db.directory, organization), undefined)
    assert.equal(await db.read(db.directory, directoryKeys.domain(free)), undefined)
    const domain = await db.read(db.directory, directoryKeys.domain(taken))
    assert.equal(domain?.['orgId'], first.id)
  })

  test('gives a domain to one of two organizations that come at once', async () => {
    const domain = newDomain()
    const errors = await Promise.all(
      [1, 2].map(() => configuration.createOrganization(newOrganization(), [domain], act)),
    )
    assert.deepEqual(new Set(errors), new Set([undefined, 'domain_taken']))
  })
})

describe('createIdentityProvider', () => {
  test('writes a provider under its id and under what its responses say', async () => {
    const idp = newProvider()
    assert.equal(await configuration.createIdentityProvider(idp, act), undefined)
    const byId = await db.read(db.directory, directoryKeys.idp(idp.id))
    const key = directoryKeys.issuer(issuerKey('shared', idp.entityId))
    const byIssuer = await db.read(db.directory, key)
    assert.deepEqual(eventOf(byId), event('latchkey.identity-provider.created.v1'))
    assert.equal(byIssuer?.['evt'], undefined)
    const { pk: _, sk: __, evt: ___, ...same } = byId ?? {}
    const { pk: ____, sk: _____, ...copy } = byIssuer ?? {}
    assert.deepEqual(copy, same)
    const { id, ...fields } = idp
    assert.deepEqual(same, { idpId: id, ...fields, rev: 1, createdAt: now })
  })

  test('refuses an entity ID that is there at the shared identifiers, and leaves nothing behind', async () => {
    const first = newProvider()
    await configuration.createIdentityProvider(first, act)
    const second = newProvider({ entityId: first.entityId })
    assert.equal(await configuration.createIdentityProvider(second, act), 'entity_id_taken')
    assert.equal(await db.read(db.directory, directoryKeys.idp(second.id)), undefined)
    const key = directoryKeys.issuer(issuerKey('shared', first.entityId))
    assert.equal((await db.read(db.directory, key))?.['idpId'], first.id)
  })

  test('takes the same entity ID at the identifiers of each organization (R10)', async () => {
    const entityId = `https://${randomUUID()}.example/metadata`
    const identifiers = 'organization'
    const all = [
      newProvider({ entityId }),
      newProvider({ entityId, identifiers }),
      newProvider({ entityId, identifiers }),
    ]
    for (const idp of all) {
      assert.equal(await configuration.createIdentityProvider(idp, act), undefined)
    }
    const again = newProvider({ entityId, identifiers, orgId: all[1]?.orgId ?? newOrgId() })
    assert.equal(await configuration.createIdentityProvider(again, act), 'entity_id_taken')
  })
})

describe('saveProducts', () => {
  test('replaces all products', async () => {
    await newTenant() // saves the products that the flows of this stack go by
    const key = directoryKeys.catalogue()
    const before = await db.read(db.directory, key)
    const product = { key: 'x', name: 'X', landingUrl: 'https://x.example/', allowedPaths: ['/'] }
    try {
      await configuration.saveProducts([product])
      const catalogue = catalogueOf(await db.read(db.directory, key))
      assert.deepEqual([...catalogue], [['x', product]])
      await configuration.saveProducts([])
      assert.equal(catalogueOf(await db.read(db.directory, key)).size, 0)
    } finally {
      await db.put(db.directory, { ...key, ...before })
    }
  })

  test('is not needed for a catalogue that is empty', () => {
    assert.equal(catalogueOf(undefined).size, 0)
  })
})

describe('saveCredential', () => {
  test('keeps the hash of a credential under its id', async () => {
    const id = newCredentialId()
    const credential = { id, product: 'meetings', secretHash: 'a hash' }
    await configuration.saveCredential(credential)
    const key = directoryKeys.credential(id)
    assert.deepEqual(await db.read(db.directory, key), { ...key, ...credential })
  })
})
