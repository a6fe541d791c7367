import { randomUUID } from 'node:crypto'
import { newTraceId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import type { Answer, newAdmin } from '#test/flows/admin-client.ts'
import { idpMetadata } from '#test/flows/idp-metadata.ts'
import { houseOf } from '#test/stores/new-account.ts'
import { tables } from '#test/stores/tables.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>

/** Of the vendor's catalogue: everybody may know its key. */
const PRODUCT = 'meetings'

/** One of everything that a path can name, made by the API; by the name of its path parameter. */
export async function newObjects(admin: Admin): Promise<Readonly<Record<string, string>>> {
  const { call, create, orgId, domain } = admin
  const made = async (path: string, body: object, name = 'id') => {
    const answer = await call('POST', path, { body })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`)
    return String(answer.body[name])
  }
  const idp = await create()
  const user = await made('/users', { email: `ada@${domain}`, displayName: 'Ada' })
  const named = { identityProvider: idp.id, nameId: user }
  const subject = await call('POST', `/users/${user}/subjects`, { body: named })
  const account = await houseOf(await tables(), orgId).account({ seats: { [PRODUCT]: 5 } })
  await call('PUT', `/accounts/${account.id}/products/${PRODUCT}/users/${user}`)
  return {
    idp: idp.id,
    user,
    subject: subjectOf(subject),
    account: account.id,
    product: PRODUCT,
    domain: await made('/domains', { domain: `${randomUUID()}.example` }, 'domain'),
    invitation: await made('/invitations', { email: `grace@${domain}` }),
    test: await made(`${idp.path}/tests`, {}),
    link: await made('/setup-links', { label: 'IT' }),
    ...(await newDirectory(made)),
    ssoToken: await made('/sso-tokens', { label: 'Intranet' }),
    key: await made('/api-keys', { label: 'Sync', role: 'reader' }),
    trace: await newTrace(orgId),
  }
}

async function newDirectory(made: (path: string, body: object) => Promise<string>) {
  const directory = await made('/directories', { name: 'Entra ID' })
  const token = await made(`/directories/${directory}/tokens`, { label: 'Sync', days: 90 })
  return { directory, token }
}

function subjectOf({ text, body }: Answer): string {
  const [subject] = (body['subjects'] ?? []) as { id: string }[]
  if (!subject) throw new Error(text)
  return subject.id
}

/** As a sign-in leaves it. */
async function newTrace(orgId: Admin['orgId']): Promise<string> {
  const { directory, put } = await tables()
  const traceId = newTraceId(epochMilliseconds())
  const at = toSeconds(epochMilliseconds())
  const item = { traceId, orgId, at, outcome: 'refused', cause: 'idp_inactive', stage: 'provider' }
  await put(directory, { pk: `trace#${orgId}`, sk: traceId, ...item })
  return traceId
}

/** A body that the route takes, so that nothing but the id can be wrong. */
export const bodies: Readonly<Record<string, object>> = {
  'PUT /orgs/{organization}/group-rules': { rules: [] },
  'PATCH /orgs/{organization}/directories/{directory}': { name: 'Taken over' },
  'POST /orgs/{organization}/directories/{directory}/tokens': { label: 'Taken over' },
  'POST /orgs/{organization}/directories/{directory}/undo': { from: '2026-01-01T00:00:00Z' },
  'POST /orgs/{organization}/directories/{directory}/empty': {
    confirm: 'Entra ID',
    people: 'keep',
  },
  'PATCH /orgs/{organization}/idps/{idp}': { name: 'Taken over' },
  'PUT /orgs/{organization}/idps/{idp}/connection': {
    source: { kind: 'file', document: idpMetadata({ entityId: 'https://other.example' }) },
  },
  'POST /orgs/{organization}/idps/{idp}/certificates': {
    certificate: keys.next.certificate,
  },
  'PATCH /orgs/{organization}/users/{user}': { displayName: 'Taken over' },
  'PUT /orgs/{organization}/users/{user}/role': { role: 'admin' },
  'POST /orgs/{organization}/users/{user}/subjects': {
    identityProvider: `idp_${'c'.repeat(32)}`,
    nameId: 'taken-over',
  },
  'POST /orgs/{organization}/users/{user}/merge': { from: `usr_${'e'.repeat(32)}` },
}
