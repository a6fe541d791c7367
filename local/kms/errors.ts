import { fail, type Result } from '#shared/result.ts'

/**
 * The error names this endpoint answers with; the SDK makes each one an Error of that name.
 * Source: AWS KMS API Reference, "Errors" of each operation and "Common Errors".
 */
export type KmsErrorName =
  | 'AlreadyExistsException'
  | 'DisabledException'
  | 'IncorrectKeyException'
  | 'InvalidAliasNameException'
  | 'InvalidCiphertextException'
  | 'InvalidKeyUsageException'
  | 'InvalidMarkerException'
  | 'KMSInternalException'
  | 'KMSInvalidMacException'
  | 'KMSInvalidSignatureException'
  | 'KMSInvalidStateException'
  | 'NotFoundException'
  | 'RequestEntityTooLargeException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'UnsupportedOperationException'
  | 'ValidationException'

/** A refusal as it goes over the wire. KMS leaves the message of the cryptographic ones empty. */
export type KmsFailure = { readonly name: KmsErrorName; readonly message: string }

/** What an operation gives back: its output, or the refusal the caller is told. */
export type Answer<T> = Result<T, KmsFailure>

/** The failing half of an Answer. */
export const refuse = (name: KmsErrorName, message = '') =>
  fail({ name, message } satisfies KmsFailure)
