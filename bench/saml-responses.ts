import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { generate } from 'selfsigned'
import type { Expectations } from '#shared/saml/verify-response.ts'
import { encryptAssertion } from './encrypt-assertion.ts'
import { entraResponse } from './entra-response.ts'
import { oktaResponse } from './okta-response.ts'
import { type SigningKey, signAssertion } from './sign-assertion.ts'

/** A signed response as a browser posts it, and what it is checked against. */
export type SignedResponse = {
  shape: 'entra' | 'okta'
  /** The SAMLResponse field of the form. */
  base64: string
  /** The provider's certificate, PEM. */
  certificate: string
  expected: Expectations
}

/** The same with its assertion encrypted. */
export type EncryptedResponse = Omit<SignedResponse, 'shape'> & {
  shape: 'encrypted'
  /** What KMS would answer. */
  contentKey: Buffer
}

/** One response of each shape, signed by a new RSA-2048 key and valid for two hours. */
export async function signedResponses(now: number): Promise<readonly SignedResponse[]> {
  const key = await makeKey()
  return [entra(key, now), okta(key, now)]
}

/** Responses in the shape of Entra ID, one with as many groups as each of the numbers. */
export async function entraResponses(
  now: number,
  groups: readonly number[],
): Promise<readonly SignedResponse[]> {
  const key = await makeKey()
  return groups.map((count) => entra(key, now, count))
}

/** A signed response in the shape of Entra ID, encrypted to a key that the provider has of us. */
export function encrypted(response: SignedResponse): EncryptedResponse {
  const { base64: signed, certificate, expected } = response
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const xml = Buffer.from(signed, 'base64').toString()
  const { xml: written, contentKey } = encryptAssertion(xml, publicKey)
  return { shape: 'encrypted', base64: base64(written), certificate, expected, contentKey }
}

async function makeKey(): Promise<SigningKey> {
  const subject = [{ name: 'commonName', value: 'idp.example.com' }]
  const made = await generate(subject, { keySize: 2048, algorithm: 'sha256' })
  const privateKey = createPrivateKey(made.private)
  const publicKey = createPublicKey(made.public)
  return { privateKey, publicKey, certificate: made.cert }
}

function entra(key: SigningKey, now: number, groups?: number): SignedResponse {
  const expected = expectations(key, 'https://sts.windows.net/4f1c2b0a-7d3e-4a59/', now)
  const options = { prefix: '', inclusivePrefixes: [] }
  const xml = signAssertion(entraResponse({ ...expected, audience, acsUrl }, groups), key, options)
  return { shape: 'entra', base64: base64(xml), certificate: key.certificate, expected }
}

function okta(key: SigningKey, now: number): SignedResponse {
  const expected = expectations(key, 'http://www.okta.com/exk1fcia6d6EMsf331d8', now)
  const options = { prefix: 'ds', inclusivePrefixes: ['xs'] }
  const xml = signAssertion(oktaResponse({ ...expected, audience, acsUrl }), key, options)
  return { shape: 'okta', base64: base64(xml), certificate: key.certificate, expected }
}

const audience = 'https://sp.example.net/saml/metadata'
const acsUrl = 'https://sp.example.net/saml/acs'

const expectations = ({ publicKey }: SigningKey, issuer: string, now: number): Expectations => ({
  issuer,
  keys: [publicKey],
  serviceProviders: [{ entityId: audience, acsUrl }],
  inResponseTo: '_7a3f0c1e-52d4-4e0b-8e5e-6b1f2d9a0c44',
  clockSkewSeconds: 120,
  now,
})

const base64 = (xml: string) => Buffer.from(xml).toString('base64')
