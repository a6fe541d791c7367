import { createPrivateKey, createPublicKey } from 'node:crypto'
import { generate } from 'selfsigned'
import type { Expectations } from '#shared/saml/verify-response.ts'
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

/** One response of each shape, signed by a new RSA-2048 key and valid for two hours. */
export async function signedResponses(now: number): Promise<readonly SignedResponse[]> {
  const subject = [{ name: 'commonName', value: 'idp.example.com' }]
  const made = await generate(subject, { keySize: 2048, algorithm: 'sha256' })
  const privateKey = createPrivateKey(made.private)
  const publicKey = createPublicKey(made.public)
  const key = { privateKey, publicKey, certificate: made.cert }
  return [entra(key, now), okta(key, now)]
}

function entra(key: SigningKey, now: number): SignedResponse {
  const expected = expectations(key, 'https://sts.windows.net/4f1c2b0a-7d3e-4a59/', now)
  const options = { prefix: '', inclusivePrefixes: [] }
  const xml = signAssertion(entraResponse(expected), key, options)
  return { shape: 'entra', base64: base64(xml), certificate: key.certificate, expected }
}

function okta(key: SigningKey, now: number): SignedResponse {
  const expected = expectations(key, 'http://www.okta.com/exk1fcia6d6EMsf331d8', now)
  const options = { prefix: 'ds', inclusivePrefixes: ['xs'] }
  const xml = signAssertion(oktaResponse(expected), key, options)
  return { shape: 'okta', base64: base64(xml), certificate: key.certificate, expected }
}

const expectations = ({ publicKey }: SigningKey, issuer: string, now: number): Expectations => ({
  issuer,
  keys: [publicKey],
  audience: 'https://sp.example.net/saml/metadata',
  acsUrl: 'https://sp.example.net/saml/acs',
  inResponseTo: '_7a3f0c1e-52d4-4e0b-8e5e-6b1f2d9a0c44',
  clockSkewSeconds: 120,
  now,
})

const base64 = (xml: string) => Buffer.from(xml).toString('base64')
