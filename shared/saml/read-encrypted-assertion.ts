import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from './base64.ts'
import {
  type ContentCipher,
  contentCiphers,
  type KeyTransport,
  keyTransportOf,
  preferredCipher,
  preferredTransport,
  xmlenc,
  xmlenc11,
} from './encryption-algorithms.ts'
import { type EncryptionCause, type Refusal, refusal } from './errors.ts'
import { ns } from './namespaces.ts'
import { attributeOf, isElement, leafText, type XmlElement } from './xml-tree.ts'

/** What an EncryptedAssertion says: what to decrypt, by which cipher, and the keys to try in turn. */
export type EncryptedContent = {
  cipher: ContentCipher
  ciphertext: Buffer
  wrappedKeys: readonly WrappedKey[]
}

/** The content key, encrypted to a key of ours or of somebody else. */
type WrappedKey = { wrapped: Buffer; transport: KeyTransport }

type Read<T> = Result<T, Refusal<EncryptionCause>>

const malformed = (got?: string, want?: string) =>
  fail(refusal('encryption_malformed', { got, want }))

const ELEMENT = `${xmlenc}Element`

/**
 * Reads an EncryptedAssertion strictly: one EncryptedData with its value in place, and the keys that
 * it names.
 *
 * Source: SAML Core 2.0 §2.3.4, §6.1; XML Encryption 1.1 §3.1–3.5.
 *
 * @param entityIds what we are called: keys for these Recipients are preferred to others
 */
export function readEncryptedAssertion(
  { children: [first, ...besides] }: XmlElement,
  entityIds: readonly string[],
): Read<EncryptedContent> {
  const encryptedData = part(first, 'EncryptedData')
  if (!encryptedData) return malformed(first?.local, 'EncryptedData')
  const type = attributeOf(encryptedData, 'Type') ?? ELEMENT
  if (type !== ELEMENT) return malformed(type, ELEMENT)
  const [method, ...rest] = encryptedData.children
  const cipher = readCipher(method)
  if (!cipher.ok) return cipher
  const keyInfo = rest.length > 1 ? rest.shift() : undefined
  const [cipherData, ...more] = rest
  if (more.length > 0) return malformed('EncryptedData')
  const ciphertext = readValue(cipherData)
  if (!ciphertext.ok) return ciphertext
  const keys = readKeys(keyInfo, besides)
  if (!keys.ok) return keys
  const wrappedKeys = readWrappedKeys(forUs(keys.value, entityIds))
  if (!wrappedKeys.ok) return wrappedKeys
  return ok({ cipher: cipher.value, ciphertext: ciphertext.value, wrappedKeys: wrappedKeys.value })
}

/** The element if it is there, and is that one of XML Encryption. */
const part = (element: XmlElement | undefined, local: string) =>
  element && isElement(element, xmlenc, local) ? element : undefined

function readCipher(element: XmlElement | undefined): Read<ContentCipher> {
  const method = part(element, 'EncryptionMethod')
  if (!method) return malformed(element?.local, 'EncryptionMethod')
  const algorithm = attributeOf(method, 'Algorithm')
  const cipher = contentCiphers.get(algorithm ?? '')
  if (!cipher) {
    return fail(refusal('encryption_algorithm', { got: algorithm, want: preferredCipher }))
  }
  const [parameter] = method.children
  return parameter ? malformed(parameter.local) : ok(cipher)
}

/** The value must be here: what a CipherReference points to is fetched by nobody. */
function readValue(cipherData: XmlElement | undefined): Read<Buffer> {
  const [value, ...more] = part(cipherData, 'CipherData')?.children ?? []
  const cipherValue = part(value, 'CipherValue')
  if (!cipherValue) return malformed(value?.local ?? cipherData?.local, 'CipherValue')
  const bytes = decodeBase64(leafText(cipherValue) ?? '')
  return bytes && more.length === 0 ? ok(bytes) : malformed('CipherValue')
}

/** The EncryptedKeys inside KeyInfo and beside EncryptedData; of the latter those that it names. */
function readKeys(
  keyInfo: XmlElement | undefined,
  besides: readonly XmlElement[],
): Read<readonly XmlElement[]> {
  if (keyInfo && !isElement(keyInfo, ns.signature, 'KeyInfo')) return malformed(keyInfo.local)
  const stranger = besides.find((element) => !part(element, 'EncryptedKey'))
  if (stranger) return malformed(stranger.local, 'EncryptedKey')
  const hints = keyInfo?.children ?? []
  const inside = hints.filter((hint) => part(hint, 'EncryptedKey'))
  const retrievals = hints.filter((hint) => isElement(hint, ns.signature, 'RetrievalMethod'))
  if (retrievals.length === 0) return ok([...inside, ...besides])
  const named = new Set<XmlElement>()
  for (const retrieval of retrievals) {
    const key = retrievedKey(retrieval, besides)
    if (!key) return malformed(attributeOf(retrieval, 'URI'), 'EncryptedKey')
    named.add(key)
  }
  return ok([...inside, ...named])
}

/** By its Id in the same document, without a transform (XML Encryption 1.1 §3.5.2). */
function retrievedKey(retrieval: XmlElement, besides: readonly XmlElement[]) {
  const uri = attributeOf(retrieval, 'URI') ?? ''
  if (!/^#./.test(uri) || retrieval.children.length > 0) return undefined
  return besides.find((candidate) => attributeOf(candidate, 'Id') === uri.slice(1))
}

/** Those that name us; where none does, all: few providers name a Recipient. */
function forUs(keys: readonly XmlElement[], entityIds: readonly string[]) {
  const ours = keys.filter((key) => entityIds.includes(attributeOf(key, 'Recipient') ?? ''))
  return ours.length > 0 ? ours : keys
}

/** Each costs as many calls of KMS as we have keys, and anybody may send one. Real ones are one. */
const MAX_KEYS = 2

/** Leaves those out that nobody here could unwrap, as long as there is one that somebody can. */
function readWrappedKeys(encryptedKeys: readonly XmlElement[]): Read<readonly WrappedKey[]> {
  if (encryptedKeys.length === 0) return malformed(undefined, 'EncryptedKey')
  if (encryptedKeys.length > MAX_KEYS) return malformed(`${encryptedKeys.length} EncryptedKeys`)
  const wrappedKeys: WrappedKey[] = []
  let refused: Refusal<EncryptionCause> | undefined
  for (const encryptedKey of encryptedKeys) {
    const read = readWrappedKey(encryptedKey)
    if (read.ok) wrappedKeys.push(read.value)
    else if (read.error.cause === 'key_transport_algorithm') refused ??= read.error
    else return read
  }
  return refused && wrappedKeys.length === 0 ? fail(refused) : ok(wrappedKeys)
}

/** Bytes of a modulus of RSA-2048, RSA-3072 and RSA-4096, the keys that KMS decrypts with. */
const WRAPPED_LENGTHS: readonly number[] = [256, 384, 512]

function readWrappedKey({ children: [method, ...rest] }: XmlElement): Read<WrappedKey> {
  const transport = readTransport(method)
  if (!transport.ok) return transport
  const [first, second] = rest
  const hasKeyInfo = first !== undefined && isElement(first, ns.signature, 'KeyInfo')
  const wrapped = readValue(hasKeyInfo ? second : first)
  if (!wrapped.ok) return wrapped
  const { length } = wrapped.value
  return WRAPPED_LENGTHS.includes(length)
    ? ok({ wrapped: wrapped.value, transport: transport.value })
    : malformed(`an encrypted key of ${length} bytes`)
}

function readTransport(element: XmlElement | undefined): Read<KeyTransport> {
  const method = part(element, 'EncryptionMethod')
  if (!method) return malformed(element?.local, 'EncryptionMethod')
  const parameters = new Map<string, string>()
  for (const parameter of method.children) {
    const name = transportParameter(parameter)
    if (!name || parameters.has(name)) return malformed(parameter.local)
    const value = name === 'label' ? leafText(parameter) : attributeOf(parameter, 'Algorithm')
    parameters.set(name, value ?? '?')
  }
  const algorithm = attributeOf(method, 'Algorithm')
  const [digest, mask] = [parameters.get('digest'), parameters.get('mask')]
  // KMS decrypts with the empty label only (RFC 8017 §7.1.2).
  const label = (parameters.get('label') ?? '').trim()
  const transport = label === '' ? keyTransportOf({ algorithm, digest, mask }) : undefined
  if (transport) return ok(transport)
  const got = [algorithm, digest, mask, label && 'OAEPparams'].filter(Boolean).join(' ')
  return fail(refusal('key_transport_algorithm', { got, want: preferredTransport }))
}

function transportParameter(element: XmlElement): 'digest' | 'mask' | 'label' | undefined {
  if (isElement(element, ns.signature, 'DigestMethod')) return 'digest'
  if (isElement(element, xmlenc11, 'MGF')) return 'mask'
  return part(element, 'OAEPparams') ? 'label' : undefined
}
