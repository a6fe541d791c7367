/** What events tell of an SSO token, by which a partner portal gets login tokens. */
export const ssoTokenData = [
  'ssoTokenId',
  'orgId',
  'label',
  'product',
  'host',
  'identifiesBy',
] as const
