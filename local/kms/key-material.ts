import {
  createPrivateKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import { KEY_SPECS, type KeySpec, type MaterialShape } from './key-spec.ts'

const generatePair = promisify(generateKeyPair)

/**
 * Makes the private or secret key of a spec. Pairs are made on the thread pool, so several come
 * into being side by side while the server keeps answering.
 */
export async function generateMaterial(spec: KeySpec): Promise<KeyObject> {
  const shape: MaterialShape = KEY_SPECS[spec].shape
  switch (shape.kind) {
    case 'secret':
      return createSecretKey(randomBytes(shape.bytes))
    case 'rsa':
      return (await generatePair('rsa', { modulusLength: shape.modulusBits })).privateKey
    case 'ec':
      return (await generatePair('ec', { namedCurve: shape.curve })).privateKey
    default:
      return shape satisfies never
  }
}

/** Base64 of the PKCS #8 DER of a private key, or of a secret key's bytes. */
export function exportMaterial(material: KeyObject): string {
  if (material.type === 'secret') return material.export().toString('base64')
  return material.export({ type: 'pkcs8', format: 'der' }).toString('base64')
}

/** The inverse of exportMaterial. Throws when the text is not a key of that spec's kind. */
export function importMaterial(spec: KeySpec, text: string): KeyObject {
  const bytes = Buffer.from(text, 'base64')
  if (KEY_SPECS[spec].shape.kind === 'secret') return createSecretKey(bytes)
  return createPrivateKey({ key: bytes, type: 'pkcs8', format: 'der' })
}
