import { inflateRawSync } from 'node:zlib'
import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from './base64.ts'
import { type Refusal, refusal, type XmlCause } from './errors.ts'
import { limits } from './xml-tree.ts'

/** A signature beside a message: over octets of the query, exactly as they were sent. */
export type QuerySignature = { algorithm: string; octets: Buffer; value: Buffer }

/** A message as HTTP-Redirect carries it. Nobody has vouched for any of it. */
export type RedirectMessage = {
  parameter: 'SAMLRequest' | 'SAMLResponse'
  bytes: Buffer
  relayState: string | undefined
  /** Undefined: the message is not signed. */
  signature: QuerySignature | undefined
}

/** Why a query is not a message; `xml_…` where its bytes cannot be had. */
export type RedirectCause =
  | 'redirect_malformed'
  | 'redirect_encoding'
  | 'redirect_not_deflated'
  | Extract<XmlCause, 'xml_not_base64' | 'xml_too_large'>

type Read<T> = Result<T, Refusal<RedirectCause>>

/** In characters. API Gateway takes some ten thousand for the whole request line. */
const QUERY_LIMIT = 64 * 1024

const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

const names = [
  'SAMLRequest',
  'SAMLResponse',
  'RelayState',
  'SigAlg',
  'Signature',
  'SAMLEncoding',
] as const
type Name = (typeof names)[number]

/** Parameters of the binding by name, still URL-encoded. */
type Fields = ReadonlyMap<Name, string>

/**
 * Reads a message that came by HTTP-Redirect. What is signed is put together from the query as it
 * was sent: encoding it anew would not give the octets of a provider that spells escapes otherwise.
 *
 * Source: SAML Bindings 2.0 §3.4.4.1.
 *
 * @param rawQuery the query of the request's address, not decoded
 */
export function readRedirect(rawQuery: string): Read<RedirectMessage> {
  const fields = readFields(rawQuery)
  const parameter = fields && parameterOf(fields)
  if (!fields || !parameter) return fail(refusal('redirect_malformed'))
  const encoding = decodedField(fields, 'SAMLEncoding') ?? DEFLATE
  if (encoding !== DEFLATE) {
    return fail(refusal('redirect_encoding', { got: encoding, want: DEFLATE }))
  }
  const signature = readSignature(fields, parameter)
  if (!signature.ok) return signature
  const bytes = inflate(decodedField(fields, parameter) ?? '')
  if (!bytes.ok) return bytes
  return ok({
    parameter,
    bytes: bytes.value,
    relayState: decodedField(fields, 'RelayState'),
    signature: signature.value,
  })
}

/** Undefined where a parameter of ours is repeated, hidden behind escapes or not decodable. */
function readFields(rawQuery: string): Fields | undefined {
  if (rawQuery.length > QUERY_LIMIT || !/^[!-~]*$/.test(rawQuery)) return undefined
  const fields = new Map<Name, string>()
  for (const field of rawQuery.split('&')) {
    const equals = field.indexOf('=')
    const rawName = equals < 0 ? field : field.slice(0, equals)
    const name = decode(rawName)
    if (!isName(name)) continue // whatever it is, it is neither signed nor read
    const value = field.slice(equals + 1)
    const isUsable = equals >= 0 && rawName === name && decode(value) !== undefined
    if (!isUsable || fields.has(name)) return undefined
    fields.set(name, value)
  }
  return fields
}

const isName = (name: string | undefined): name is Name => names.some((known) => known === name)

/** Exactly one of the two. */
function parameterOf(fields: Fields) {
  const [parameter, second] = (['SAMLRequest', 'SAMLResponse'] as const).filter((name) =>
    fields.has(name),
  )
  return second === undefined ? parameter : undefined
}

function decodedField(fields: Fields, name: Name): string | undefined {
  const value = fields.get(name)
  return value === undefined ? undefined : decode(value)
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    return undefined
  }
}

function readSignature(
  fields: Fields,
  parameter: RedirectMessage['parameter'],
): Read<QuerySignature | undefined> {
  const algorithm = decodedField(fields, 'SigAlg')
  const signature = decodedField(fields, 'Signature')
  if (algorithm === undefined && signature === undefined) return ok(undefined)
  const value = decodeBase64(signature ?? '')
  if (!algorithm || !value) return fail(refusal('redirect_malformed', { got: algorithm }))
  const signed = ([parameter, 'RelayState', 'SigAlg'] as const).flatMap((name) => {
    const raw = fields.get(name)
    return raw === undefined ? [] : [`${name}=${raw}`]
  })
  return ok({ algorithm, octets: Buffer.from(signed.join('&')), value })
}

function inflate(field: string): Read<Buffer> {
  const deflated = decodeBase64(field)
  if (!deflated) return fail(refusal('xml_not_base64'))
  try {
    return ok(inflateRawSync(deflated, { maxOutputLength: limits.bytes }))
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') return fail(refusal('xml_too_large'))
    if (!/^Z_(?:DATA|BUF)_ERROR$/.test(code)) throw error
    return fail(refusal('redirect_not_deflated'))
  }
}
