import * as v from 'valibot'
import { id, next, time } from '#shared/http/wire.ts'
import { providerKinds } from '#shared/idps/types.ts'
import { Parameters, Settings } from './schema.ts'

const endpoint = Parameters.entries.singleSignOn
const logoutEndpoint = v.strictObject({
  ...endpoint.entries,
  responseUrl: v.exactOptional(v.string()),
})
const kind = v.picklist(providerKinds)
const state = v.picklist(['active', 'inactive'])
const count = v.pipe(v.number(), v.integer())

const Certificate = v.strictObject({
  fingerprint: v.string(),
  subject: v.exactOptional(v.string()),
  notBefore: v.exactOptional(time),
  notAfter: time,
  daysLeft: count,
  state: v.picklist(['ok', 'expiring', 'expired', 'not_yet_valid']),
  keyType: v.exactOptional(v.string()),
})

const Connection = v.strictObject({
  entityId: v.string(),
  singleSignOn: endpoint,
  singleLogout: v.exactOptional(logoutEndpoint),
  wantsSignedRequests: v.boolean(),
  certificates: v.array(Certificate),
})

const Warning = v.strictObject({
  code: v.string(),
  field: v.exactOptional(v.string()),
  got: v.exactOptional(v.string()),
})

const Identity = v.strictObject({
  entityId: v.string(),
  acsUrl: v.string(),
  sloUrl: v.string(),
  metadataUrl: v.string(),
})

const Task = v.strictObject({ id: v.string(), former: Identity, present: Identity })

const Source = v.strictObject({
  kind: v.picklist(['url', 'file', 'parameters']),
  url: v.exactOptional(v.string()),
})

const Difference = v.strictObject({
  what: v.string(),
  before: v.exactOptional(v.string()),
  after: v.exactOptional(v.string()),
})

export const Provider = v.strictObject({
  id: id('idp'),
  organization: id('org'),
  state,
  createdAt: time,
  loginUrl: v.string(),
  settings: Settings,
  verifiedDomains: v.array(v.string()),
  connection: Connection,
  source: Source,
  refresh: v.strictObject({ at: v.exactOptional(time), cause: v.exactOptional(v.string()) }),
  previous: v.exactOptional(Connection),
  parked: v.exactOptional(
    v.strictObject({
      foundAt: time,
      differences: v.array(Difference),
      connection: Connection,
    }),
  ),
  warnings: v.array(Warning),
  tasks: v.array(Task),
})

export const ProviderList = v.strictObject({
  identityProviders: v.array(
    v.strictObject({
      id: id('idp'),
      name: v.string(),
      state,
      kind: v.exactOptional(kind),
      entityId: v.string(),
    }),
  ),
  next,
})

export const Preview = v.strictObject({
  ...Connection.entries,
  singleSignOnServices: v.array(endpoint),
  singleLogoutServices: v.array(logoutEndpoint),
  validUntil: v.exactOptional(time),
  cacheDuration: v.exactOptional(v.number()),
  nameIdFormats: v.array(v.string()),
  organizationName: v.exactOptional(v.string()),
  kind,
  warnings: v.array(Warning),
})

export const Identifiers = v.strictObject({ present: Identity, former: v.exactOptional(Identity) })

export const Guide = v.strictObject({
  title: v.string(),
  steps: v.array(
    v.strictObject({
      text: v.string(),
      values: v.exactOptional(v.array(v.strictObject({ label: v.string(), value: v.string() }))),
    }),
  ),
})

export const Tasks = v.strictObject({ tasks: v.array(Task) })

export const Test = v.strictObject({ id: id('tst'), url: v.string(), expiresAt: time })

const text = v.exactOptional(v.string())
const texts = v.array(v.string())
const names = { email: text, givenName: text, familyName: text, displayName: text }

const Result = v.strictObject({
  outcome: v.picklist(['succeeded', 'refused']),
  cause: text,
  got: text,
  want: text,
  stage: text,
  keyFingerprint: text,
  message: text,
  nameId: v.exactOptional(
    v.strictObject({
      value: v.string(),
      format: text,
      nameQualifier: text,
      spNameQualifier: text,
      spProvidedId: text,
    }),
  ),
  authnContext: text,
  claims: v.exactOptional(v.array(v.strictObject({ name: v.string(), values: texts }))),
  profile: v.exactOptional(v.strictObject(names)),
  groups: v.exactOptional(texts),
  sources: v.exactOptional(v.strictObject({ ...names, groups: text, subject: text })),
  notes: texts,
})

export const TestOutcome = v.strictObject({
  id: id('tst'),
  state: v.picklist(['waiting', 'succeeded', 'refused']),
  expiresAt: time,
  at: v.exactOptional(time),
  result: v.exactOptional(Result),
  hint: text,
})
