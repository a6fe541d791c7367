/** What a key may be used for; a key has exactly one usage for life. */
export const KEY_USAGES = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC'] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

/** Encryption algorithms by wire name. Source: AWS KMS API Reference, Encrypt. */
export const ENCRYPTION_ALGORITHMS = [
  'SYMMETRIC_DEFAULT',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
] as const
export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

const RSA_SIGNING_ALGORITHMS = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const

/** Signing algorithms by wire name. Source: AWS KMS API Reference, Sign. */
export const SIGNING_ALGORITHMS = [
  ...RSA_SIGNING_ALGORITHMS,
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** MAC algorithms by wire name. Source: AWS KMS API Reference, GenerateMac. */
export const MAC_ALGORITHMS = [
  'HMAC_SHA_224',
  'HMAC_SHA_256',
  'HMAC_SHA_384',
  'HMAC_SHA_512',
] as const
export type MacAlgorithm = (typeof MAC_ALGORITHMS)[number]

export type Algorithm = EncryptionAlgorithm | SigningAlgorithm | MacAlgorithm

/** How the material of a key is made. */
export type MaterialShape =
  | { readonly kind: 'secret'; readonly bytes: number }
  | { readonly kind: 'rsa'; readonly modulusBits: number }
  | { readonly kind: 'ec'; readonly curve: string }

type KeySpecification = {
  readonly shape: MaterialShape
  /** A usage that is missing is one the spec does not have. */
  readonly algorithms: { readonly [usage in KeyUsage]?: readonly Algorithm[] }
}

const rsa = (modulusBits: number) =>
  ({
    shape: { kind: 'rsa', modulusBits },
    algorithms: {
      ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
      SIGN_VERIFY: RSA_SIGNING_ALGORITHMS,
    },
  }) as const

const ecc = (curve: string, algorithm: SigningAlgorithm) =>
  ({ shape: { kind: 'ec', curve }, algorithms: { SIGN_VERIFY: [algorithm] } }) as const

const secret = (bytes: number, algorithms: KeySpecification['algorithms']) =>
  ({ shape: { kind: 'secret', bytes }, algorithms }) as const

/**
 * Every key spec offered here: its material and the algorithms of each usage it allows.
 * Source: AWS KMS Developer Guide, "Key spec reference".
 */
export const KEY_SPECS = {
  SYMMETRIC_DEFAULT: secret(32, { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] }),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ecc('P-256', 'ECDSA_SHA_256'),
  ECC_NIST_P384: ecc('P-384', 'ECDSA_SHA_384'),
  ECC_NIST_P521: ecc('P-521', 'ECDSA_SHA_512'),
  HMAC_224: secret(28, { GENERATE_VERIFY_MAC: ['HMAC_SHA_224'] }),
  HMAC_256: secret(32, { GENERATE_VERIFY_MAC: ['HMAC_SHA_256'] }),
  HMAC_384: secret(48, { GENERATE_VERIFY_MAC: ['HMAC_SHA_384'] }),
  HMAC_512: secret(64, { GENERATE_VERIFY_MAC: ['HMAC_SHA_512'] }),
} as const satisfies Record<string, KeySpecification>

export type KeySpec = keyof typeof KEY_SPECS

/** The specs GenerateDataKeyPair can make. */
export const KEY_PAIR_SPECS = [
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
] as const satisfies readonly KeySpec[]

/** The algorithms of a key; empty when the spec does not have that usage. */
export function algorithmsOf(spec: KeySpec, usage: KeyUsage): readonly Algorithm[] {
  const { algorithms }: KeySpecification = KEY_SPECS[spec]
  return algorithms[usage] ?? []
}
