import * as v from 'valibot'
import { mergePatch } from '#shared/admin/merge-patch.ts'
import { readValue } from '#shared/http/admin-body.ts'
import { paging } from '#shared/http/paging.ts'
import type { NewSettings } from '#shared/idps/create-provider.ts'
import type { SourceInput } from '#shared/idps/management.ts'
import type { ReviseSettings } from '#shared/idps/settings.ts'
import { type ProviderSettings, providerKinds } from '#shared/idps/types.ts'
import { isIdpId } from '#shared/ids.ts'

const url = v.pipe(v.string(), v.maxLength(2048))
const binding = v.picklist(['redirect', 'post'])

export const Parameters = v.strictObject({
  kind: v.literal('parameters'),
  entityId: v.pipe(v.string(), v.maxLength(1024)),
  singleSignOn: v.strictObject({ binding, url }),
  singleLogout: v.exactOptional(
    v.strictObject({ binding, url, responseUrl: v.exactOptional(url) }),
  ),
  certificates: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(64 * 1024))),
    v.minLength(1),
    v.maxLength(10),
  ),
  wantsSignedRequests: v.exactOptional(v.boolean()),
})

/** One of the three ways in (R7). */
const Source = v.variant('kind', [
  v.strictObject({ kind: v.literal('url'), url }),
  v.strictObject({ kind: v.literal('file'), document: v.string() }),
  Parameters,
]) satisfies v.GenericSchema<unknown, SourceInput>

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256))
const attributes = v.pipe(v.array(text), v.maxLength(20))

const attributeNames = {
  email: attributes,
  givenName: attributes,
  familyName: attributes,
  displayName: attributes,
  groups: attributes,
  subject: attributes,
} as const

const settings = {
  name: text,
  kind: v.picklist(providerKinds),
  identifiers: v.picklist(['shared', 'organization']),
  allowsUnsolicited: v.boolean(),
  clockSkewSeconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3600)),
  signsRequests: v.boolean(),
  allowsSha1: v.boolean(),
  requiresEncryption: v.boolean(),
  expiredCertificates: v.picklist(['warn', 'block']),
  defaultProduct: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  routedDomains: v.pipe(v.array(v.pipe(v.string(), v.maxLength(253))), v.maxLength(100)),
} as const

const noList = v.custom<object>((value) => !Array.isArray(value), 'Object')

const AttributeNames = v.pipe(noList, v.strictObject(optional(attributeNames)))

export const Settings = v.strictObject({
  ...optional(settings),
  name: settings.name,
  identifiers: settings.identifiers,
  allowsUnsolicited: settings.allowsUnsolicited,
  clockSkewSeconds: settings.clockSkewSeconds,
  defaultProduct: settings.defaultProduct,
  attributeNames: AttributeNames,
}) satisfies v.GenericSchema<unknown, ProviderSettings>

const FirstSettings = v.strictObject({
  ...optional(settings),
  name: settings.name,
  attributeNames: v.exactOptional(AttributeNames),
}) satisfies v.GenericSchema<unknown, NewSettings>

export const Creation = v.strictObject({
  source: Source,
  settings: FirstSettings,
  /** A removed provider whose people are this one's. */
  succeeds: v.exactOptional(v.pipe(v.string(), v.guard(isIdpId))),
})
export const SourceBody = v.strictObject({ source: Source })
export const CertificateBody = v.strictObject({
  certificate: v.pipe(v.string(), v.minLength(1), v.maxLength(64 * 1024)),
})

/** A merge patch of settings: null takes one away, which then has its default or is missing. */
export const SettingsPatch = v.strictObject({
  ...nullable(settings),
  attributeNames: v.exactOptional(
    v.nullable(v.pipe(noList, v.strictObject(nullable(attributeNames)))),
  ),
})

/** Settings with a patch on them, judged as a whole (RFC 7396). */
export const revision =
  (patch: v.InferOutput<typeof SettingsPatch>): ReviseSettings =>
  (before) =>
    readValue(mergePatch(before, patch), Settings)

export const ListQuery = v.strictObject(paging(isIdpId))

/** Of a removal. */
export const Confirmation = v.strictObject({ confirm: v.exactOptional(v.string()) })

export const GuideQuery = v.strictObject({
  kind: v.exactOptional(v.picklist(providerKinds)),
  identifiers: v.exactOptional(v.picklist(['shared', 'organization'])),
})

type Schemas = Readonly<Record<string, v.GenericSchema>>
type Optional<Given extends Schemas> = {
  [Name in keyof Given]: v.ExactOptionalSchema<Given[Name], undefined>
}
type Nullable<Given extends Schemas> = {
  [Name in keyof Given]: v.ExactOptionalSchema<v.NullableSchema<Given[Name], undefined>, undefined>
}

function optional<const Given extends Schemas>(schemas: Given): Optional<Given> {
  const entries = Object.entries(schemas).map(([name, one]) => [name, v.exactOptional(one)])
  return Object.fromEntries(entries) as Optional<Given>
}

function nullable<const Given extends Schemas>(schemas: Given): Nullable<Given> {
  const entries = Object.entries(schemas).map(([name, one]) => [
    name,
    v.exactOptional(v.nullable(one)),
  ])
  return Object.fromEntries(entries) as Nullable<Given>
}
