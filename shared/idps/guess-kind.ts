import type { ProviderKind } from './types.ts'

/** Suffixes of hosts that belong to a vendor's cloud, with the national ones. */
const hosts: readonly (readonly [suffix: string, kind: ProviderKind])[] = [
  ['login.microsoftonline.com', 'entra-id'],
  ['login.microsoftonline.us', 'entra-id'],
  ['login.partner.microsoftonline.cn', 'entra-id'],
  ['login.chinacloudapi.cn', 'entra-id'],
  ['sts.windows.net', 'entra-id'],
  ['sts.chinacloudapi.cn', 'entra-id'],
  ['ciamlogin.com', 'entra-id'],
  ['okta.com', 'okta'],
  ['okta-emea.com', 'okta'],
  ['okta-gov.com', 'okta'],
  ['okta.mil', 'okta'],
  ['oktapreview.com', 'okta'],
  ['jumpcloud.com', 'jumpcloud'],
  ['accounts.google.com', 'google'],
  ['onelogin.com', 'onelogin'],
  ['onelogin.eu', 'onelogin'],
]

/** Paths that a product has wherever a customer runs it. */
const paths: readonly (readonly [path: RegExp, kind: ProviderKind])[] = [
  [/^\/adfs\/(?:ls|services)\b/i, 'adfs'],
  [/\/realms\/[^/]+(?:\/protocol\/saml)?\/?$/, 'keycloak'],
  [/\/idp\/(?:shibboleth$|profile\/SAML2\/)/, 'shibboleth'],
]

/**
 * Guesses the product that a provider is made with, from its entity ID and addresses: a suggestion
 * for the form, which decides nothing about trust.
 */
export function guessKind(entityId: string, urls: readonly string[]): ProviderKind {
  for (const text of [...urls, entityId]) {
    if (!URL.canParse(text)) continue
    const { hostname, pathname } = new URL(text)
    const known =
      hosts.find(([suffix]) => hostname === suffix || hostname.endsWith(`.${suffix}`)) ??
      paths.find(([path]) => path.test(pathname))
    if (known) return known[1]
  }
  return 'other'
}
