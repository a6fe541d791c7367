/**
 * Stands in for @aws-sdk/credential-provider-node in the bundles: Lambda always puts credentials in
 * the environment, so the chain of other sources is only cold start (ADR 0004).
 */
export const defaultProvider = () => () =>
  Promise.resolve({
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(process.env['AWS_SESSION_TOKEN'] && { sessionToken: process.env['AWS_SESSION_TOKEN'] }),
  })
