import { type KmsKey, keyState } from './key.ts'
import { algorithmsOf } from './key-spec.ts'
import { type Kms, keyArn } from './kms.ts'

const ALGORITHMS_MEMBER = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
} as const

/** KeyMetadata as CreateKey and DescribeKey answer it. Source: AWS KMS API Reference. */
export const keyMetadata = (kms: Kms, key: KmsKey) => ({
  AWSAccountId: kms.accountId,
  KeyId: key.id,
  Arn: keyArn(kms, key),
  CreationDate: key.createdAt,
  DeletionDate: key.deletionAt,
  Enabled: keyState(key) === 'Enabled',
  Description: key.description,
  KeyState: keyState(key),
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  MultiRegion: false,
  ...keyShape(key),
})

/** The members that tell what a key can do; GetPublicKey answers them too. */
export const keyShape = (key: KmsKey) => ({
  KeyUsage: key.usage,
  KeySpec: key.spec,
  CustomerMasterKeySpec: key.spec,
  [ALGORITHMS_MEMBER[key.usage]]: algorithmsOf(key.spec, key.usage),
})
