import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { at, type Fixture, filled, fixtures, type Step, startOf } from './fixture.ts'
import { type Answer, newScim, type Resource, type Scim } from './scim-client.ts'

/**
 * Proves that each connector gets along with us: replays what Entra ID, Okta, OneLogin, JumpCloud,
 * Google and SailPoint send (test/fixtures/scim, with sources), each file in a directory of its own,
 * and holds every answer against what that connector needs, and against what holds of all answers.
 */
const connectors = ['entra', 'google', 'jumpcloud', 'okta', 'onelogin', 'sailpoint']

test('every connector has been recorded, with its sources', () => {
  const seen = new Set(fixtures.map(({ id }) => id.split('/')[0]))
  assert.deepEqual(seen, new Set(connectors))
  for (const { id, sources, steps } of fixtures) {
    assert.ok(sources.length > 0 && steps.length > 0, id)
    assert.ok(
      sources.every((source) => URL.canParse(source)),
      id,
    )
  }
})

for (const fixture of fixtures) {
  describe(`${fixture.id}: ${fixture.connector}`, () => {
    let scim: Scim
    let kept: Map<string, unknown>
    before(async () => {
      scim = await newScim()
      kept = startOf(scim.base, scim.domain)
    })

    for (const [index, step] of fixture.steps.entries()) {
      test(`${index + 1} ${step.method} ${step.name}`, async () => {
        const answer = await replay(scim, fixture, step, kept)
        const { status, body } = step.expect
        assert.equal(answer.status, status, answer.text)
        if (body !== undefined) assertMatches(answer.body, filled(body, kept))
        await holds(scim, answer)
        for (const [name, path] of Object.entries(step.keep ?? {})) {
          kept.set(name, at(answer.body, path))
        }
      })
    }
  })
}

function replay(
  scim: Scim,
  fixture: Fixture,
  step: Step,
  kept: ReadonlyMap<string, unknown>,
): Promise<Answer> {
  const { body, bodyFrom } = step
  const laid = bodyFrom === undefined ? undefined : (kept.get(bodyFrom) as object)
  const sent = body === undefined ? undefined : { ...laid, ...(filled(body, kept) as object) }
  return scim.call(step.method, String(filled(step.path, kept)), {
    ...(sent && { body: sent }),
    headers: { ...fixture.headers, ...step.headers },
  })
}

/** What holds of every answer, whoever asked. */
async function holds(scim: Scim, answer: Answer): Promise<void> {
  const { status, headers, text, body } = answer
  assert.ok(status < 500, text)
  assert.doesNotMatch(text, /1mz050nq|NewPassw0rd/)
  if (status === 204) {
    assert.equal(text, '')
    return
  }
  assert.match(headers.get('content-type') ?? '', /^application\/scim\+json/)
  const listed = body['Resources'] as readonly Resource[] | undefined
  for (const resource of listed ?? [body as Resource]) {
    const meta = metaOf(resource)
    if (!meta) continue
    const path = meta.location.replace(scim.base, '')
    assert.match(path, /^\/(?:Users\/usr_|Groups\/grp_)\w+$/)
    if (listed) continue
    const read = await scim.get(path)
    assertMatches(read.body['meta'], meta)
    assert.equal(read.headers.get('etag'), meta.version)
  }
}

/** Of a user or a group. */
function metaOf({ meta }: Resource) {
  const { resourceType, location, version } = (meta ?? {}) as Record<string, string>
  const isOurs = resourceType === 'User' || resourceType === 'Group'
  return isOurs && location && version ? { location, version } : undefined
}
