import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setupGuide } from '#shared/idps/guides.ts'
import { namesFor } from '#shared/idps/presets.ts'
import { providerKinds } from '#shared/idps/types.ts'

const values = {
  entityId: 'https://latchkey.example/saml/org_1/sp',
  acsUrl: 'https://latchkey.example/saml/org_1/acs',
  sloUrl: 'https://latchkey.example/saml/org_1/slo',
  metadataUrl: 'https://latchkey.example/saml/org_1/metadata',
}
const shownIn = (kind: (typeof providerKinds)[number]) =>
  setupGuide(kind, values).steps.flatMap((step) => step.values ?? [])

for (const kind of providerKinds) {
  test(`setupGuide tells for ${kind} what to enter, and where`, () => {
    const { title, steps } = setupGuide(kind, values)
    assert.ok(title)
    assert.ok(steps.length >= 4 && steps.length <= 8)
    for (const { text } of steps) assert.match(text, /^[A-Z].*\.$/)
    for (const { label, value } of shownIn(kind)) assert.ok(label && value)
    const entered = shownIn(kind).map(({ value }) => value)
    assert.ok(entered.includes(values.entityId))
    const isByMetadata = kind === 'shibboleth'
    assert.ok(entered.includes(isByMetadata ? values.metadataUrl : values.acsUrl))
  })

  test(`setupGuide names for ${kind} no address of ours but the given ones`, () => {
    const ours = JSON.stringify(setupGuide(kind, values)).match(/https:\/\/latchkey[^"\s]*/g) ?? []
    const given: readonly string[] = Object.values(values)
    assert.deepEqual(
      ours.filter((url) => !given.includes(url)),
      [],
    )
  })
}

/** Where the guide tells how to call an attribute, we must look for that name. */
const named = {
  okta: ['email', 'firstName', 'lastName', 'displayName', 'groups'],
  jumpcloud: ['email', 'firstname', 'lastname', 'displayname', 'memberOf'],
  google: ['email', 'firstName', 'lastName', 'groups'],
  onelogin: ['User.email', 'User.FirstName', 'User.LastName', 'memberOf'],
  keycloak: ['urn:oid:1.2.840.113549.1.9.1', 'urn:oid:2.5.4.42', 'urn:oid:2.5.4.4', 'groups'],
} as const
for (const [kind, names] of Object.entries(named)) {
  test(`setupGuide names the attributes of ${kind} as the preset reads them`, () => {
    const of = kind as keyof typeof named
    const texts = shownIn(of).flatMap(({ label, value }) => [label, value])
    const read = Object.values(namesFor({ kind: of, attributeNames: {} })).flat()
    for (const name of names) {
      assert.ok(texts.includes(name), `${name} is not in the guide`)
      assert.ok(read.includes(name), `${name} is not read`)
    }
  })
}

test('setupGuide gives OneLogin an expression that matches the one address', () => {
  const validator = shownIn('onelogin').find(({ label }) => label.endsWith('Validator'))
  const expression = new RegExp(validator?.value ?? '')
  assert.ok(expression.test(values.acsUrl))
  assert.equal(expression.test(`${values.acsUrl}/x`), false)
  assert.equal(expression.test(values.acsUrl.replace('.', 'x')), false)
})
